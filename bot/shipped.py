"""What ships with the bot: read-only files, found beside the code and not in the working folder."""

import tomllib
from pathlib import Path
from typing import Any, Final

DATA: Final = Path(__file__).resolve().parent.parent / "data"


def tables(name: str) -> dict[str, Any]:
    """The tables of the shipped TOML file `name`.

    Raises:
        FileNotFoundError, tomllib.TOMLDecodeError: the installation is damaged.

    """
    return tomllib.loads((DATA / name).read_text("utf-8"))

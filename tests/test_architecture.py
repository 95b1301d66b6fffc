"""The shape of the house: which way imports run, that no module stands outside, and that every setting is explained."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final

import pytest
from pydantic_core import PydanticUndefined

from bot.config import Settings

REPOSITORY: Final = Path(__file__).resolve().parents[1]
#: Settings that have no default to show: one has none, the other's is a file beside the code.
WITHOUT_DEFAULT: Final = frozenset({"DISCORD_TOKEN", "FEEDS_FILE"})


def project() -> Any:
    return tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))


def test_imports_run_one_way() -> None:
    lint = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"]
    told = subprocess.run(lint, cwd=REPOSITORY, capture_output=True, text=True, check=False)

    assert told.returncode == 0, told.stdout + told.stderr


def test_every_module_has_its_layer() -> None:
    contracts = project()["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    placed = {name.strip() for layer in layers for name in re.split(r"[|:]", layer)}
    modules = {f"bot.{path.stem}" for path in (REPOSITORY / "bot").iterdir() if is_module(path)}

    assert modules - placed == set(), "pyproject.toml says where each module stands"
    assert placed - modules == {"cogs"}


def is_module(path: Path) -> bool:
    return path.stem != "__init__" and (path.suffix == ".py" or (path / "__init__.py").exists())


def test_only_cogs_and_the_client_import_discord() -> None:
    importers = {name for name, imported in imports("bot") if imported.split(".")[0] == "discord"}

    assert importers == {"bot/client.py"}


def test_only_the_store_speaks_sql() -> None:
    sql = {"sqlalchemy", "alembic", "sqlite3", "aiosqlite"}
    speakers = {name for root in ("bot", "cogs") for name, it in imports(root) if it.split(".")[0] in sql}

    assert {name for name in speakers if not name.startswith("bot/store/")} == set()


def imports(root: str) -> Iterator[tuple[str, str]]:
    """Every file below a folder, with each thing that it imports."""
    for path in sorted((REPOSITORY / root).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                yield path.relative_to(REPOSITORY).as_posix(), node.module
            elif isinstance(node, ast.Import):
                yield from ((path.relative_to(REPOSITORY).as_posix(), name.name) for name in node.names)


def test_the_console_script_is_the_command_line() -> None:
    (script,) = entry_points(group="console_scripts", name="previously")

    assert script.value == project()["project"]["scripts"]["previously"]
    assert callable(script.load())


def test_every_import_is_of_a_declared_dependency() -> None:
    """Whatever a dependency happens to bring along may be gone with its next version."""
    declared = {re.split(r"[\[<>=~!]", line)[0] for line in project()["project"]["dependencies"]}
    provides = {"discord.py": "discord", "pydantic-settings": "pydantic_settings"}
    modules = {provides.get(name, name) for name in declared} | {"bot", "cogs", "data"}
    # They come with pydantic-settings and discord.py, which are made of them.
    modules |= {"pydantic", "yarl", "multidict"}
    # Python's own since 3.14; it is looked for and not needed.
    modules |= {"compression"}
    used = {it.split(".")[0] for root in ("bot", "cogs") for _, it in imports(root)} - {"__future__"}

    assert used - modules - sys.stdlib_module_names == set()


def example() -> dict[str, str]:
    """What `.env.example` sets, the settings that are commented out included."""
    lines = (REPOSITORY / ".env.example").read_text("utf-8").splitlines()
    pairs = (re.fullmatch(r"#?([A-Z_]+)=(.*)", line) for line in lines)
    return {pair[1]: pair[2] for pair in pairs if pair}


def test_the_example_names_every_setting_and_no_other() -> None:
    assert set(example()) == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("name", sorted({name.upper() for name in Settings.model_fields} - WITHOUT_DEFAULT))
def test_the_example_shows_each_default(name: str) -> None:
    default = Settings.model_fields[name.lower()].default

    assert default is not PydanticUndefined
    assert example()[name] == str(int(default) if isinstance(default, bool) else default)


def test_the_example_explains_each_setting() -> None:
    lines = (REPOSITORY / ".env.example").read_text("utf-8").splitlines()
    blocks = "\n".join(lines).split("\n\n")
    settings = [block for block in blocks if re.search(r"(?m)^#?[A-Z_]+=", block)]

    assert settings
    assert [block for block in settings if not block.startswith("# ")] == []

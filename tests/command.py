"""`previously` as operators run it: a process of its own, with nothing in its environment but what the test says."""

import asyncio
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

REPOSITORY: Final = Path(__file__).resolve().parents[1]
#: What starts takes at most so long on a busy machine, in seconds.
PATIENCE: Final = 60.0
#: Whatever the surroundings have set of ours is not to be seen by a test.
OURS: Final = frozenset(
    {
        "DISCORD_TOKEN",
        "DISCORD_API_BASE",
        "DATABASE_URL",
        "FEEDS_FILE",
        "POLL_MIN_SECONDS",
        "POLL_MAX_SECONDS",
        "ALLOW_PRIVATE_FEEDS",
        "GLOBAL_RATE",
        "LOG_FORMAT",
        "LOG_LEVEL",
    }
)


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of a command."""

    code: int
    out: str
    err: str


def environment(settings: dict[str, str]) -> dict[str, str]:
    """The environment for a command that knows these settings."""
    inherited = {name: value for name, value in os.environ.items() if name not in OURS}
    # Wide enough for no line of a table to be broken.
    return inherited | {"PYTHONPATH": str(REPOSITORY), "COLUMNS": "200", "NO_COLOR": "1"} | settings


async def begun(folder: Path, *arguments: str, **settings: str) -> asyncio.subprocess.Process:
    """`previously` with these arguments, running in a folder."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        *arguments,
        env=environment(settings),
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def ended(process: asyncio.subprocess.Process, *, within: float = PATIENCE) -> Ended:
    """What came of a running command. One that takes longer is killed.

    Raises:
        TimeoutError: it has not ended in time.

    """
    try:
        out, err = await asyncio.wait_for(process.communicate(), within)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())


async def previously(folder: Path, *arguments: str, **settings: str) -> Ended:
    """What comes of `previously` with these arguments, in a folder."""
    return await ended(await begun(folder, *arguments, **settings))


def files_in(folder: Path) -> set[str]:
    """The names of what lies in a folder."""
    return {file.name for file in folder.iterdir()}

"""The command line: what the operator can mend is said in a sentence, and what is told to stop stops."""

import signal
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from importlib.metadata import version
from pathlib import Path

import filelock
import pytest

from bot.sandbox.demo_world import BOT, demo_world
from bot.sandbox.server import TOKEN, EmbeddedDiscord
from bot.store.database import migrate
from tests.command import PATIENCE, Ended, begun, ended, files_in, previously

#: What the product promises, in seconds.
STOPS_WITHIN = 10.0
SIGNALS = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)


@pytest.fixture
async def discord() -> AsyncIterator[EmbeddedDiscord]:
    async with EmbeddedDiscord(demo_world()) as running:
        yield running


def at(discord: EmbeddedDiscord, folder: Path, **more: str) -> dict[str, str]:
    """The settings of a bot that has nothing to read."""
    (folder / "feeds.toml").write_text("", "utf-8")
    settings = {"DISCORD_TOKEN": TOKEN, "DISCORD_API_BASE": discord.api_base, "FEEDS_FILE": str(folder / "feeds.toml")}
    return settings | {"DATABASE_URL": f"sqlite+aiosqlite:///{folder / 'previously.db'}"} | more


async def refused(folder: Path, *arguments: str, **settings: str) -> str:
    """The sentence with which a command ends at once, and nothing beside it."""
    told = await previously(folder, *arguments, **settings)

    assert told.code == 2
    assert told.out == ""
    assert len(told.err.splitlines()) == 1, told.err
    assert told.err.rstrip().endswith(".")
    return told.err


# -- trouble ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["run", "invite"])
async def test_a_missing_token_is_asked_for(tmp_path: Path, command: str) -> None:
    assert "There is no DISCORD_TOKEN" in await refused(tmp_path, command)


@pytest.mark.parametrize("command", ["run", "invite"])
async def test_a_refused_token_is_named(tmp_path: Path, discord: EmbeddedDiscord, command: str) -> None:
    settings = at(discord, tmp_path, DISCORD_TOKEN="of-somebody-else")

    sentence = await refused(tmp_path, command, **settings)

    assert "refused the token" in sentence
    assert "of-somebody-else" not in sentence


async def test_a_discord_that_cannot_be_reached_is_named(tmp_path: Path, discord: EmbeddedDiscord) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        nobody = f"http://127.0.0.1:{closed.getsockname()[1]}/api/v10"

    sentence = await refused(tmp_path, "run", **at(discord, tmp_path, DISCORD_API_BASE=nobody))

    assert f"cannot be reached at {nobody}" in sentence


@pytest.mark.parametrize(
    "content",
    [b"[[feed]\nurl = 1", b"\xff\xfe", b'[[feed]]\nname = "No address"\n', b'[feeds]\nurl = "https://site.example"\n'],
    ids=["not TOML", "not text", "no address", "another table"],
)
async def test_a_bad_feeds_file_is_named(tmp_path: Path, discord: EmbeddedDiscord, content: bytes) -> None:
    settings = at(discord, tmp_path)
    (tmp_path / "feeds.toml").write_bytes(content)

    assert f"The feeds file {tmp_path / 'feeds.toml'} cannot be used" in await refused(tmp_path, "run", **settings)


async def test_a_missing_feeds_file_is_named(tmp_path: Path, discord: EmbeddedDiscord) -> None:
    settings = at(discord, tmp_path, FEEDS_FILE=str(tmp_path / "nowhere.toml"))

    assert "nowhere.toml cannot be used" in await refused(tmp_path, "run", **settings)


async def test_a_database_in_use_is_named(tmp_path: Path, discord: EmbeddedDiscord) -> None:
    with filelock.FileLock(tmp_path / "previously.db.lock"):
        sentence = await refused(tmp_path, "run", **at(discord, tmp_path))

    assert "Another Previously is using" in sentence


async def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path, discord: EmbeddedDiscord) -> None:
    database = tmp_path / "previously.db"
    migrate(database)
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")

    assert "newer version of Previously" in await refused(tmp_path, "run", **at(discord, tmp_path))


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("postgresql://localhost/previously", "only sqlite"),
        ("not a url", "not a database URL"),
        ("sqlite+aiosqlite:///feeds.toml/previously.db", "cannot be used"),
    ],
    ids=["another database", "no address", "no folder"],
)
async def test_an_unusable_database_is_named(tmp_path: Path, discord: EmbeddedDiscord, url: str, problem: str) -> None:
    assert problem in await refused(tmp_path, "run", **at(discord, tmp_path, DATABASE_URL=url))


async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path, discord: EmbeddedDiscord) -> None:
    database = tmp_path / "previously.db"
    database.write_bytes(b"my holiday pictures " * 100)

    assert "cannot be used" in await refused(tmp_path, "run", **at(discord, tmp_path))
    assert database.read_bytes().startswith(b"my holiday pictures")


@pytest.mark.parametrize(
    ("name", "value"), [("GLOBAL_RATE", "500"), ("POLL_MIN_SECONDS", "soon"), ("LOG_LEVEL", "LOUD")]
)
async def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path, name: str, value: str) -> None:
    assert (await refused(tmp_path, "run", **{name: value})).startswith(f"{name}: ")


async def test_a_port_in_use_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        sentence = await refused(tmp_path, "demo", "--port", str(port), TMPDIR=str(tmp_path))

    assert f"Port {port} is in use" in sentence
    assert files_in(tmp_path) == set()


async def test_a_missing_feed_file_is_named(tmp_path: Path) -> None:
    assert "no feed file nowhere.xml" in await refused(tmp_path, "demo", "--feed", "nowhere.xml")
    assert "nowhere.xml cannot be read" in await refused(tmp_path, "check", "nowhere.xml")


# -- what is asked for -----------------------------------------------------------------------------------------------


async def test_the_version_is_said(tmp_path: Path) -> None:
    told = await previously(tmp_path, "--version")

    assert (told.code, told.out, told.err) == (0, f"previously {version('previously')}\n", "")


async def test_help_names_every_command(tmp_path: Path) -> None:
    told = await previously(tmp_path, "--help")

    assert [command for command in ("run", "demo", "check", "invite") if command not in told.out] == []


async def test_the_invitation_asks_for_what_is_needed_and_no_more(tmp_path: Path, discord: EmbeddedDiscord) -> None:
    told = await previously(tmp_path, "invite", **at(discord, tmp_path))

    application = discord.world.application_id
    scopes = "bot+applications.commands"
    assert told.out == (
        f"https://discord.com/oauth2/authorize?client_id={application}&permissions={int(BOT)}&scope={scopes}\n"
    )
    assert (told.code, told.err) == (0, "")


# -- stopping --------------------------------------------------------------------------------------------------------


@SIGNALS
async def test_a_running_bot_stops_when_told(tmp_path: Path, discord: EmbeddedDiscord, number: signal.Signals) -> None:
    process = await begun(tmp_path, "run", **at(discord, tmp_path))
    await discord.bot_ready(PATIENCE)
    process.send_signal(number)
    told = await ended(process, within=STOPS_WITHIN)

    assert told.code == 0
    assert "Traceback" not in told.err
    assert files_in(tmp_path) <= {"feeds.toml", "previously.db", "previously.db.lock"}
    await discord.until(lambda world: not world.bot_online)


@SIGNALS
async def test_a_bot_stops_while_it_is_logging_in(
    tmp_path: Path, discord: EmbeddedDiscord, number: signal.Signals
) -> None:
    held = discord.faults.hold("GET", "/users/@me")
    process = await begun(tmp_path, "run", **at(discord, tmp_path))
    await held.has_arrived(PATIENCE)
    process.send_signal(number)
    told = await ended(process, within=STOPS_WITHIN)

    assert told.code == 0
    assert "Traceback" not in told.err


async def test_a_second_bot_on_the_same_database_is_refused(tmp_path: Path, discord: EmbeddedDiscord) -> None:
    settings = at(discord, tmp_path)
    process = await begun(tmp_path, "run", **settings)
    await discord.bot_ready(PATIENCE)
    sentence = await refused(tmp_path, "run", **settings)
    process.terminate()

    assert "Another Previously is using" in sentence
    assert (await ended(process, within=STOPS_WITHIN)).code == 0


async def test_a_token_that_is_refused_later_is_named(tmp_path: Path, discord: EmbeddedDiscord) -> None:
    process = await begun(tmp_path, "run", **at(discord, tmp_path, LOG_LEVEL="ERROR"))
    await discord.bot_ready(PATIENCE)
    discord.gateway._token = "another"
    await discord.gateway.disconnect(1012)
    discord.gateway.invalidate()
    told = await ended(process)

    assert told.code == 2
    assert "refused the token" in told.err
    assert "Traceback" not in told.err


async def test_a_bot_that_has_hardly_begun_stops_and_begins_again(tmp_path: Path, discord: EmbeddedDiscord) -> None:
    settings = at(discord, tmp_path)
    process = await begun(tmp_path, "run", **settings)
    process.terminate()
    told = await ended(process, within=STOPS_WITHIN)
    again = await begun(tmp_path, "run", **settings)
    await discord.bot_ready(PATIENCE)
    again.terminate()

    assert told == Ended(-signal.SIGTERM, "", "")
    assert (await ended(again, within=STOPS_WITHIN)).code == 0

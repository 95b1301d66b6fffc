"""The log says what happened, and never what happens in an episode."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.log import set_up_logging
from bot.recaps.model import EpisodeRef, Spoiler
from bot.store.database import migrate
from bot.store.store import open_store
from tests.store.worlds import PLOT, catalogue, recap, show, subscribe


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    before = root.level, root.handlers[:]
    yield
    root.setLevel(before[0])
    root.handlers[:] = before[1]


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
async def test_storing_a_recap_prints_nothing_of_its_plot(
    level: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging(level, "text")
    path = tmp_path / "previously.db"
    migrate(path)
    async with open_store(f"sqlite+aiosqlite:///{path}") as store:
        [feed] = await catalogue(store, "Recap Weekly")
        await subscribe(store)
        what = await recap(store, feed, await show(store), EpisodeRef.of(1, 1))
        async with store.transaction() as unit:
            await unit.announcements.queue(what, what.seen)
    logging.getLogger("bot.test").info("the end")

    written = capsys.readouterr().err
    assert "the end" in written
    assert PLOT not in written
    assert "INSERT" not in written


def test_a_recap_in_a_log_line_keeps_its_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO", "text")

    logging.getLogger("bot.test").info("%s %r", Spoiler(PLOT), [Spoiler(PLOT)])

    written = capsys.readouterr().err
    assert "[hidden]" in written
    assert PLOT not in written


def test_machines_get_one_json_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO", "json")

    logging.getLogger("bot.test").warning("two\nlines of %s", "text")

    [line] = capsys.readouterr().err.splitlines()
    told = json.loads(line)
    assert told["message"] == "two\nlines of text"
    assert told["level"] == "WARNING"
    assert told["at"].endswith("+00:00")

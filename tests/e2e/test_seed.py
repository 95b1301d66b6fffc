"""A real site's feed, and a real show: Soundtrack #1."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio

from tests.e2e.bot import REPOSITORY
from tests.e2e.conftest import MAIN, OWN, Home, Stage, open_stage
from tests.e2e.site import recap_of
from tests.e2e.witness import barred, pictures, shown

SEED: Final = REPOSITORY.parent / "shared" / "seed" / "leisurebyte.xml"

pytestmark = pytest.mark.skipif(not SEED.exists(), reason="the real feed is not at hand")


@pytest_asyncio.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with open_stage(tmp_path, MAIN, OWN, seed=SEED.read_bytes()) as own:
        await own.site.feed(OWN).taken_in()
        yield own


async def test_a_real_recap_is_previewed_and_posted_with_everything_hidden(stage: Stage, home: Home, show: str) -> None:
    await home.subscribe("every", channel=home.general)
    preview = await home.admin.run(home.recaps, "subscribe", show="Soundtrack")
    assert preview.message
    await home.admin.click(preview.message, "Post it here")
    (card,) = await home.cards()
    stage.feed.publish(recap_of(show, 1))
    await home.cards(channel=home.general)

    assert "### Soundtrack #1 " in preview.text.replace("\\", "")
    assert "E2" in shown(card)[0].splitlines()[0]
    assert len(barred(card)) == 1
    assert pictures(card)
    assert all(picture["spoiler"] for picture in pictures(card))
    assert "Park Hyung-sik" not in " ".join(shown(card))
    assert home.posts() == [card]
    assert len(home.posts(home.general)) == 1

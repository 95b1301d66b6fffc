"""Shows: what is read of all of them when the bot starts."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from bot.recaps.model import FeedId
from bot.store.schema import feeds
from bot.store.shows import ShowName, Sighting
from bot.store.store import Store
from tests.store.worlds import NOW, catalogue, show


async def test_a_show_is_sighted_once_by_the_catalogue_and_once_by_each_other_feed(store: Store) -> None:
    first, second = await catalogue(store, "Recap Weekly", "Lantern")
    lighthouse, ferry = await show(store), await show(store, "The Long Ferry")
    async with store.transaction() as unit:
        row = insert(feeds).values(url="https://own.example", name="Own", added_at=NOW, next_poll_at=NOW)
        own = FeedId(await unit.shows._connection.scalar(row.returning(feeds.c.id)))
        await unit.shows.see_all(
            [
                Sighting(first, lighthouse, NOW),
                Sighting(second, lighthouse, NOW + timedelta(days=1)),
                Sighting(own, lighthouse, NOW + timedelta(days=2)),
                Sighting(second, ferry, NOW),
            ]
        )

    async with store.reading() as unit:
        sightings = [each async for each in unit.shows.sightings()]

    latest = {(each.show, each.feed == own): each.latest_at for each in sightings}
    assert len(sightings) == 3
    assert {each.feed for each in sightings} <= {first, second, own}
    assert latest == {
        (lighthouse, False): NOW + timedelta(days=1),
        (lighthouse, True): NOW + timedelta(days=2),
        (ferry, False): NOW,
    }


async def test_names_come_in_slices_and_none_is_left_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.shows.SLICE", 2)
    [feed] = await catalogue(store, "Recap Weekly")
    ids = [await show(store, f"Ferry {number}") for number in range(5)]
    async with store.transaction() as unit:
        await unit.shows.add_aliases(ids[0], feed, ["Fähre 0", "Fähre Null", "Ferry Nought"])

    async with store.reading() as unit:
        names = [name async for name in unit.shows.names()]

    assert names[:5] == [ShowName(show=id_, name=f"Ferry {at}", feed=None) for at, id_ in enumerate(ids)]
    assert {name.name for name in names[5:]} == {"Fähre 0", "Fähre Null", "Ferry Nought"}

"""Entries are known by all of their names."""

from datetime import timedelta

from bot.recaps.model import EntryId, FeedId, Kind
from bot.store.entries import EntryChange, EntryDraft
from bot.store.store import Store
from tests.store.worlds import NOW, catalogue


async def add(store: Store, feed: FeedId, names: list[list[str]]) -> list[EntryId]:
    drafts = [
        EntryDraft(feed=feed, kind=Kind.OTHER, content_hash=own[0], published=NOW - timedelta(days=number), fresh=True)
        for number, own in enumerate(names)
    ]
    async with store.transaction() as unit:
        ids = await unit.entries.add_all(drafts, NOW)
        await unit.entries.name_all((feed, id_, own) for id_, own in zip(ids, names, strict=True))
    return ids


async def test_an_entry_is_found_under_each_of_its_names(store: Store) -> None:
    [feed] = await catalogue(store, "one")
    ids = await add(store, feed, [["a", "b"], ["c"]])

    async with store.reading() as unit:
        known = await unit.entries.known(feed, ["a", "b", "c", "d"])

    assert {name: each.id for name, each in known.items()} == {"a": ids[0], "b": ids[0], "c": ids[1]}
    assert (known["c"].content_hash, known["c"].fresh, known["c"].recap) == ("c", True, None)


async def test_ids_come_in_the_order_of_the_drafts(store: Store) -> None:
    [feed] = await catalogue(store, "one")
    names = [[str(number)] for number in range(1_500)]

    ids = await add(store, feed, names)

    assert ids == sorted(ids)
    async with store.reading() as unit:
        known = await unit.entries.known(feed, [name for own in names for name in own])
    assert [known[str(number)].id for number in range(1_500)] == ids


async def test_a_name_stays_with_the_entry_that_had_it_first(store: Store) -> None:
    [feed] = await catalogue(store, "one")
    first, second = await add(store, feed, [["a"], ["a", "b"]])

    async with store.reading() as unit:
        known = await unit.entries.known(feed, ["a", "b"])

    assert (known["a"].id, known["b"].id) == (first, second)


async def test_names_mean_something_in_their_own_feed_only(store: Store) -> None:
    one, other = await catalogue(store, "one", "other")
    await add(store, one, [["a"]])

    async with store.reading() as unit:
        assert await unit.entries.known(other, ["a"]) == {}


async def test_a_changed_entry_keeps_when_it_was_first_seen(store: Store) -> None:
    [feed] = await catalogue(store, "one")
    [entry] = await add(store, feed, [["a"]])
    async with store.transaction() as unit:
        await unit.entries.update_all([EntryChange(entry=entry, kind=Kind.RECAP, content_hash="new")])

    async with store.reading() as unit:
        [known] = (await unit.entries.known(feed, ["a"])).values()

    assert (known.kind, known.content_hash, known.first_seen_at) == (Kind.RECAP, "new", NOW)

"""Finding recaps by their words, in any script, whatever is typed."""

from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from bot.recaps.model import EntryId, EpisodeRef, FeedId, GuildId, Recap, Spoiler, Summary
from bot.recaps.show_facts import SafeFacts
from bot.store.recaps import RecapDraft
from bot.store.schema import entries, guild_feeds, recaps
from bot.store.search import match_expression, query_words
from bot.store.store import Store
from tests.cogs.club import keep_recap
from tests.store.worlds import GUILD, NOW, OTHER_GUILD, catalogue, show

EPISODE = EpisodeRef.of(1, 2)


async def told(store: Store, story: str, **more: object) -> Recap:
    [feed] = await catalogue(store, "Recap Weekly")
    return await keep_recap(store, feed, await show(store), EPISODE, story=story, at=NOW, **more)


async def found(store: Store, typed: str, viewer: GuildId | None = None) -> list[Recap]:
    async with store.reading() as unit:
        return [hit.recap for hit in await unit.recaps.search(viewer, query_words(typed))]


@pytest.mark.parametrize(
    "typed",
    ["lighthouse", "LIGHTHOUSE keepers", "recap weekly", "s1e2", "Nora Quill", "ida", "zoe's lamp", "jo ray", "등대"],
)
async def test_a_recap_is_found_by_show_site_episode_people_and_story(store: Store, typed: str) -> None:
    facts = SafeFacts(cast=("Ida Moor",), makers=("Jo Ray",), native_title="등대")
    recap = await told(store, "The keepers put out Zoë’s lamp.".replace("’", "'"), author="Nora Quill", facts=facts)

    assert await found(store, typed) == [recap]


@pytest.mark.parametrize(
    ("story", "typed"),
    [
        ("지수가 배를 가라앉히고 눈물을 흘린다.", "눈물"),
        ("지수가 배를 가라앉히고 눈물을 흘린다.", "지수 배"),
        ("지수가 배를 가라앉히고 눈물을 흘린다.", "물"),
        ("直子が船を沈めて、港に戻る。", "船を沈めて"),
        ("直子が船を沈めて、港に戻る。", "直子 港"),
        ("ラーメン屋の秘密", "メン"),
        ("她把灯塔的灯熄灭了。", "灯塔"),
        ("她把灯塔的灯熄灭了。", "熄"),
        ("เธอจมเรือเฟอร์รี่", "เรือ"),
        ("वह नाव डुबो देती है", "नाव"),
        ("Она гасит маяк.", "маяк"),
        ("Ίδα σβήνει τον φάρο", "φαρο"),
        ("Ίδα σβήνει τον φάρο", "ΦΆΡΟ"),
        ("Её корабль тонет.", "ее корабль"),
        ("Ela apaga a lâmpada à noite", "lampada"),
        ("ﬁre on the ship", "fire"),
    ],
)
async def test_stories_are_found_in_any_script(store: Store, story: str, typed: str) -> None:
    recap = await told(store, story)

    assert await found(store, typed) == [recap]


@pytest.mark.parametrize(
    "typed", ["lamp storm", "灯塔灯", "塔灯", "light house", "amp", "lamp NOT storm", "words:lamp storm", "!?", ""]
)
async def test_what_does_not_hold_every_word_is_not_found(store: Store, typed: str) -> None:
    await told(store, "The keeper puts out the lamp. 她把灯塔的灯熄灭了。")

    assert await found(store, typed) == []


MARKS = st.sampled_from("\"＂*()^-+:{}[]\\'\0 \ud800aANDORNEAR_.,;%$ー灯́🙂\n")
HOSTILE = st.text(MARKS, max_size=100) | st.text(max_size=100)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HOSTILE)
async def test_no_query_is_refused(store: Store, typed: str) -> None:
    assert isinstance(await found(store, typed), list)


@given(HOSTILE)
def test_a_query_survives_being_written_down(typed: str) -> None:
    words = query_words(typed)

    assert query_words(" ".join(words)) == words
    assert match_expression(words).count('"') == 2 * len(words)
    assert len(" ".join(words)) <= len(typed)


async def test_the_newest_come_first_and_pages_have_no_gaps(store: Store) -> None:
    [feed] = await catalogue(store, "Recap Weekly")
    lighthouse = await show(store)
    # What an older feed publishes late is no news.
    ages = [3, 1, 2, 1, 5, 4]
    stored = [
        await keep_recap(store, feed, lighthouse, EpisodeRef.of(1, number), at=NOW - timedelta(days=age))
        for number, age in enumerate(ages)
    ]
    ordered = sorted(stored, key=lambda recap: (recap.date, recap.id), reverse=True)

    async with store.reading() as unit:
        first = await unit.recaps.search(None, ["lighthouse"], limit=4)
        second = await unit.recaps.search(None, ["lighthouse"], before=first[-1].place, limit=4)

    assert [hit.recap for hit in (*first, *second)] == ordered
    assert all(one.place > other.place for one, other in pairwise((*first, *second)))


async def test_another_servers_recaps_are_not_found(store: Store) -> None:
    recap = await told(store, "The keeper puts out the lamp.")
    await catalogue(store)
    await _give(store, GUILD, recap.feed)

    assert await found(store, "lamp", GUILD) == [recap]
    assert await found(store, "lamp", OTHER_GUILD) == []
    assert await found(store, "lamp", None) == []


async def test_only_the_feed_that_uses_an_alias_is_found_by_it(store: Store) -> None:
    one, other = await catalogue(store, "Recap Weekly", "Serial Notes")
    lighthouse = await show(store)
    async with store.transaction() as unit:
        await unit.shows.add_aliases(lighthouse, one, ["El Faro"])
    recap = await keep_recap(store, one, lighthouse, EPISODE, at=NOW)
    await keep_recap(store, other, lighthouse, EPISODE, at=NOW)

    assert await found(store, "el faro") == [recap]


def corrected(recap: Recap, story: Spoiler) -> RecapDraft:
    return RecapDraft(
        feed=recap.feed,
        entry=EntryId(recap.id),
        kind=recap.kind,
        show=recap.show,
        ref=recap.ref,
        finale=False,
        premiere=False,
        link=None,
        author=None,
        streaming=None,
        reading_minutes=None,
        summary=Summary(story, story, story),
        published=recap.published,
        seen=recap.seen,
    )


async def test_a_corrected_recap_is_found_by_its_new_words_alone(store: Store) -> None:
    recap = await told(store, "The keeper puts out the lamp.")
    story = Spoiler("The keeper lights a fire.")
    async with store.transaction() as unit:
        await unit.recaps.replace(recap.id, corrected(recap, story))

    assert await found(store, "lamp") == []
    assert [each.id for each in await found(store, "fire")] == [recap.id]


async def test_what_is_forgotten_is_not_found(store: Store) -> None:
    kept = await told(store, "The keeper puts out the lamp.")
    blanked = await told(store, "The lamp burns.")
    gone = await told(store, "The lamp falls.")
    assert await found(store, "lamp") == [gone, blanked, kept]

    async with store.transaction() as unit:
        connection = unit.recaps._connection
        await connection.execute(update(recaps).where(recaps.c.id == blanked.id).values(summary_full=""))
        await connection.execute(delete(entries).where(entries.c.id == gone.id))

    assert await found(store, "lamp") == [kept]


async def _give(store: Store, guild: GuildId, feed: FeedId) -> None:
    async with store.transaction() as unit:
        await unit.guilds.join(guild, NOW)
        row = guild_feeds.insert().values(guild_id=guild, feed_id=feed, added_by=1, added_at=NOW)
        await unit.recaps._connection.execute(row)

"""`/search`: found by words, listed without plot, paged through restarts."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.recaps.model import EpisodeRef
from bot.sandbox.demo_world import demo_world
from bot.sandbox.server import EmbeddedDiscord
from cogs.search import LONGEST_QUERY
from tests.cogs.club import HIDDEN, PLOT, Club, answering, message
from tests.delivery.scene import Clock, opened


@pytest.mark.parametrize("place", ["here", "direct"])
@pytest.mark.parametrize("query", ["ferry", "salt harbour", "recap weekly s1e2", "Nora Quill"])
async def test_hits_name_the_episode_and_its_site_and_never_the_plot(club: Club, query: str, place: str) -> None:
    feed, show = await club.feed(), await club.show()
    await club.recap(feed, show, EpisodeRef.of(1, 2), author="Nora Quill")
    channel = club.here if place == "here" else club.direct(club.member)

    reply = await club.member.run(channel, "search", query=query)

    assert "**Salt Harbour** S1E2 · Recap Weekly · <t:" in reply.text
    assert "sinks" not in reply.text
    opened_one = await club.member.choose(message(reply), "open-recap", "Salt Harbour S1E2 recap")
    assert HIDDEN in opened_one.text
    assert PLOT not in opened_one.text.replace(HIDDEN, "")


async def test_a_show_that_the_words_name_is_offered_however_it_is_typed(club: Club) -> None:
    await club.season(1)

    reply = await club.member.run(club.here, "search", query="salt harbuor")
    card = await club.member.click(message(reply), "Salt Harbour")

    assert "No recap here has all of these words" in reply.text
    assert "### Salt Harbour" in card.text


async def test_results_are_paged_even_after_a_restart(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    async with opened(database) as store, EmbeddedDiscord(demo_world()) as discord:
        async with answering(discord, store, clock, monkeypatch) as client:
            club = Club(discord, client, clock)
            await club.season(12)
            first = message(await club.member.run(club.here, "search", query="sinks the FERRY"))
            assert "S1E12" in first.text
        async with answering(discord, store, clock, monkeypatch):
            second = message(await club.member.click(first, "Older"))
            assert second.id == first.id
            assert "S1E2 " in second.text
            assert "S1E12" not in second.text
            assert "S1E12" in (await club.member.click(second, "Newest")).text


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "＂a＂",
        "* NEAR(",
        "AND OR NOT",
        "words:ferry",
        "a\0b",
        "灯塔" * (LONGEST_QUERY // 2),
        "'; DROP TABLE recaps",
        "|| x ||",
    ],
)
async def test_hostile_queries_end_in_sentences(club: Club, query: str) -> None:
    await club.season(1)

    reply = await club.member.run(club.here, "search", query=query)

    assert "reference" not in reply.text
    assert "no word in that" in reply.text or "No recap here" in reply.text


@pytest.mark.parametrize("query", ["灯" * LONGEST_QUERY, "㌕" * 25, "a " * (LONGEST_QUERY // 2)])
async def test_the_longest_query_still_fits_into_its_buttons(club: Club, query: str) -> None:
    feed, show = await club.feed(), await club.show()
    for number in range(11):
        await club.recap(feed, show, EpisodeRef.of(1, number), story=query, age=timedelta(days=number))

    first = message(await club.member.run(club.here, "search", query=query))

    assert "S1E10" in (await club.member.click(first, "Older")).text


async def test_what_another_servers_feed_tells_is_not_found(club: Club) -> None:
    feed = await club.feed("Private Notes", own=club.guild)
    [secret] = await club.season(1, feed=feed)
    await club.season(1, title="Night Tide")

    here = await club.member.run(club.here, "search", query="ferry")
    elsewhere = message(await club.member.run(club.elsewhere, "search", query="ferry"))

    assert "Salt Harbour" in here.text
    assert "Salt Harbour" not in elsewhere.text
    assert "Night Tide" in elsewhere.text
    for copied in (f"open-show:{secret.show}", f"open:r{secret.id}"):
        card = message(await club.member.run(club.elsewhere, "show", show="Night Tide"))
        card.buttons[0]["custom_id"] = copied
        reply = await club.member.click(card, copied)
        assert "Salt Harbour" not in reply.text
        assert "any more" in reply.text

"""What members look up, through the real bot: `/recap`, `/latest`, and the suggestions for both."""

from typing import Final

import pytest

from bot.sandbox.model import Message, parts
from tests.e2e.conftest import Home
from tests.e2e.witness import barred, pictures, shown

#: Shows that the site has recapped before the bot came: two episodes, and twelve.
SHOW: Final = "Clockwork Orchard"
LONG: Final = "Twelve Harbours"

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_recap_answers_privately_with_everything_hidden(home: Home) -> None:
    reply = await home.member.run(home.general, "recap", show=SHOW, episode="s01e01")

    assert reply.ephemeral
    assert reply.message
    assert shown(reply.message)[0].startswith(f"### {SHOW} S1E1\n")
    assert len(barred(reply.message)) == 1
    assert all(picture["spoiler"] for picture in pictures(reply.message))


async def test_recap_without_an_episode_is_the_latest(home: Home) -> None:
    reply = await home.member.run(home.general, "recap", show=SHOW)

    assert f"### {SHOW} S1E2\n" in reply.text


@pytest.mark.parametrize("episode", ["S1E2", "2", "ep 2", "1x02", "latest"])
async def test_episodes_are_understood_as_people_type_them(home: Home, episode: str) -> None:
    reply = await home.member.run(home.general, "recap", show=SHOW, episode=episode)

    assert f"### {SHOW} S1E2\n" in reply.text


async def test_one_can_go_on_to_the_next_episode(home: Home) -> None:
    reply = await home.member.run(home.general, "recap", show=SHOW, episode="1")
    assert reply.message
    following = await home.member.click(reply.message, "S1E2 →")

    assert f"### {SHOW} S1E2\n" in following.text


async def test_a_recap_can_be_shared_as_a_card(home: Home) -> None:
    reply = await home.member.run(home.general, "recap", show=SHOW)
    assert reply.message
    shared = await home.member.click(reply.message, "Share to channel")

    assert not shared.ephemeral
    assert shared.message
    assert home.posts(home.general) == [shared.message]
    assert len(barred(shared.message)) == 1


async def test_typos_are_forgiven(home: Home) -> None:
    reply = await home.member.run(home.general, "recap", show="clokwork orchrd")

    assert f"### {SHOW} S1E2\n" in reply.text


async def test_an_unknown_show_is_said_to_be_unknown(home: Home) -> None:
    reply = await home.member.run(home.general, "recap", show="Xylophone Zanzibar")

    assert reply.ephemeral
    assert "Xylophone Zanzibar" in reply.text
    assert SHOW not in reply.text


async def test_an_unknown_episode_is_answered_with_the_latest_known(home: Home) -> None:
    unknown = await home.member.run(home.general, "recap", show=SHOW, episode="9")
    unreadable = await home.member.run(home.general, "recap", show=SHOW, episode="the one with the boat")

    assert f"**{SHOW}** S1E2" in unknown.text
    assert "cannot read" in unreadable.text


async def test_shows_and_episodes_are_suggested(home: Home) -> None:
    shows = await home.member.suggest(home.general, "recap", "show", SHOW[:5])
    value = next(choice.value for choice in shows if choice.name == SHOW)
    episodes = await home.member.suggest(home.general, "recap", "episode", "", show=value)

    assert [choice.value for choice in episodes] in (["latest", "S1E1", "S1E2"], ["latest", "S1E2", "S1E1"])


async def test_latest_lists_without_plot_turns_pages_and_opens_one(home: Home) -> None:
    first = await home.member.run(home.general, "latest", show=LONG)
    assert first.message
    listed, before = first.text, len(home.general.messages)
    second = await home.member.click(first.message, "Older")
    assert second.message
    turned = second.text
    newest = await home.member.click(second.message, "Newest")
    opened = await home.member.choose(first.message, "open-recap", _options(first.message)[0])

    assert [f"S1E{number}" in listed for number in (12, 3, 2)] == [True, True, False]
    assert [f"S1E{number} " in turned for number in (12, 3, 2, 1)] == [False, False, True, True]
    assert newest.text == listed
    assert len(home.general.messages) == before + 1
    assert f"### {LONG} S1E12\n" in opened.text
    assert opened.ephemeral


def _options(message: Message) -> list[str]:
    return [str(option["value"]) for part in parts(message.components) for option in part.get("options", ())]

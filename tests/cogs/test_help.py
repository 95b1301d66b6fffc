"""`/help` tells of every command, in one screen."""

import re

from tests.cogs.club import Club


async def test_help_is_private_and_one_screen(club: Club) -> None:
    reply = await club.member.run(club.here, "help")

    assert reply.ephemeral
    assert len(reply.text) < 1500


async def test_help_names_only_commands_that_there_are_or_will_be(club: Club) -> None:
    there = {command.name for command in club.client.tree.get_commands()} | {"feeds", "settings"}
    named = set(re.findall(r"`/([a-z]+)", (await club.member.run(club.here, "help")).text))

    assert {"recap", "latest", "show", "search", "watched", "watching", "subscribe"} <= named <= there


async def test_direct_messages_are_told_what_they_can_do(club: Club) -> None:
    reply = await club.member.run(club.direct(club.member), "help")

    assert "/recap" in reply.text
    assert "/subscribe" not in reply.text

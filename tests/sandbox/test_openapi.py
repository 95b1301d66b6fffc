"""What the unmodified library sends, held against Discord's own description of its API."""

import discord
import pytest

from bot.sandbox.model import Channel
from bot.sandbox.people import Person
from bot.sandbox.server import EmbeddedDiscord
from tests.sandbox.livebot import LiveBot
from tests.sandbox.openapi import FILE, OpenApi
from tests.sandbox.test_messages import card

pytestmark = pytest.mark.skipif(not FILE.exists(), reason="Discord's OpenAPI file is not at hand")

SEND = ("POST", "/channels/{channel_id}/messages")


def test_the_description_tells_good_bodies_from_bad_ones() -> None:
    inspector = OpenApi()

    inspector(*SEND, {"content": "hi", "nonce": "a1", "enforce_nonce": True, "allowed_mentions": {"roles": [1]}})
    assert inspector.problems == []
    inspector(*SEND, {"content": "hi", "nonce": "a" * 26})
    assert len(inspector.problems) == 1


async def test_every_body_that_the_library_sends_is_as_described(
    live: LiveBot, openapi: OpenApi, member: Person, recaps: Channel, server: EmbeddedDiscord
) -> None:
    message = await live.place("recaps").send("hello", nonce="post-1", silent=True)
    await message.edit(content=None, view=card(), allowed_mentions=discord.AllowedMentions.none())
    await message.create_thread(name="S3E5", auto_archive_duration=60)
    await live.place("episodes").create_thread(name="S3E5", view=card())
    await (await live.fetch_user(member.user.id)).send("psst")
    await member.suggest(recaps, "say", "text", "bear")
    await member.run(recaps, "think")
    await member.run(recaps, "modal")
    followed_up = ("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}")
    await server.until(lambda _world: followed_up in openapi.seen)

    assert openapi.problems == []
    assert openapi.seen == {
        SEND,
        followed_up,
        ("PATCH", "/channels/{channel_id}/messages/{message_id}"),
        ("POST", "/channels/{channel_id}/messages/{message_id}/threads"),
        ("POST", "/channels/{channel_id}/threads"),
        ("POST", "/users/@me/channels"),
        ("PUT", "/applications/{application_id}/commands"),
        ("POST", "/interactions/{interaction_id}/{interaction_token}/callback"),
        ("POST", "/webhooks/{webhook_id}/{webhook_token}"),
        ("PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original"),
    }

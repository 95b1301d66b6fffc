"""The API's routes for threads and forum posts."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from bot.sandbox import access, form, message_rules, wire
from bot.sandbox.model import Channel, ChannelFlag, ChannelType, Json, MessageFlag, Thread
from bot.sandbox.permissions import Permission
from bot.sandbox.posting import Circumstances, check, post
from bot.sandbox.refusals import Problem, Refusal, refuse_if_any
from bot.sandbox.rest import Call, Route
from bot.sandbox.world import World

DEFAULT_ARCHIVE = 4320


class ThreadRoutes:
    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        threads = "/channels/{channel_id}/threads"
        return [
            Route("POST", "/channels/{channel_id}/messages/{message_id}/threads", self.from_message),
            Route("POST", threads, self.create),
            Route("GET", "/guilds/{guild_id}/threads/active", self.active),
            Route("GET", threads + "/archived/public", self.archived),
            Route("PUT", "/channels/{channel_id}/thread-members/@me", self.join),
        ]

    def from_message(self, call: Call) -> Json:
        channel = access.channel(self.world, call.id("channel_id"))
        if channel.type not in {ChannelType.TEXT, ChannelType.ANNOUNCEMENT}:
            raise Refusal(50024)
        message = access.message(channel, call.id("message_id"))
        access.require(self.world, channel, Permission.CREATE_PUBLIC_THREADS)
        refuse_if_any(message_rules.thread(call.form))
        if MessageFlag.HAS_THREAD in message.flags:
            raise Refusal(160004)
        message.flags |= MessageFlag.HAS_THREAD
        thread = self._opened(channel, call.form, message.id)
        self.world.message_changed(message)
        return wire.thread(thread)

    def create(self, call: Call) -> Json:
        """A forum post, or a thread without a message."""
        channel = access.channel(self.world, call.id("channel_id"))
        if channel.is_forum:
            return self._forum_post(channel, call)
        if channel.type not in {ChannelType.TEXT, ChannelType.ANNOUNCEMENT}:
            raise Refusal(50024)
        access.require(self.world, channel, Permission.CREATE_PUBLIC_THREADS)
        refuse_if_any(message_rules.thread(call.form))
        return wire.thread(self._opened(channel, call.form, self.world.new_id()))

    def _forum_post(self, forum: Channel, call: Call) -> Json:
        body = call.form
        access.require(self.world, forum, Permission.SEND_MESSAGES)
        if call.uploads:
            access.require(self.world, forum, Permission.ATTACH_FILES)
        refuse_if_any(message_rules.thread(body))
        if not isinstance(message := body.get("message"), dict):
            refuse_if_any([form.required("message")])
            raise Refusal(50006)
        tags = self._tags(forum, body.get("applied_tags") or ())
        check(message, call.uploads)
        thread = self._opened(forum, body, self.world.new_id(), tags)
        how = Circumstances(access.may(self.world, forum))
        first = post(self.world, thread, message, call.uploads, how, message_id=thread.id)
        return wire.thread(thread) | {"message": wire.message(self.world, first)}

    def _tags(self, forum: Channel, applied: Any) -> list[int]:
        known = {str(tag.id): tag for tag in forum.tags}
        strange = [place for place, tag in enumerate(applied) if str(tag) not in known]
        refuse_if_any(Problem(("applied_tags", place), "TAG_UNKNOWN", "Unknown tag") for place in strange)
        if ChannelFlag.REQUIRE_TAG in forum.flags and not applied:
            raise Refusal(40067)
        moderator = Permission.MANAGE_THREADS in access.may(self.world, forum)
        if not moderator and any(known[str(tag)].moderated for tag in applied):
            raise Refusal(40066 if all(tag.moderated for tag in forum.tags) else 50013)
        return [int(tag) for tag in applied]

    def _opened(self, parent: Channel, body: Json, thread_id: int, tags: Sequence[int] = ()) -> Thread:
        news = parent.type is ChannelType.ANNOUNCEMENT
        thread = Thread(
            thread_id,
            ChannelType.ANNOUNCEMENT_THREAD if news else ChannelType.PUBLIC_THREAD,
            body["name"],
            parent.guild_id,
            parent.id,
            owner_id=self.world.bot.id,
            auto_archive_duration=body.get("auto_archive_duration") or DEFAULT_ARCHIVE,
            archive_changed=self.world.now(),
            applied_tags=list(tags),
        )
        self.world.add_thread(thread)
        return thread

    def active(self, call: Call) -> Json:
        guild = access.guild(self.world, call.id("guild_id"))
        seen = [it for it in guild.threads.values() if not it.archived and self.world.can_see(self.world.bot.id, it)]
        return self._listed(sorted(seen, key=lambda thread: thread.id, reverse=True))

    def archived(self, call: Call) -> Json:
        channel = access.channel(self.world, call.id("channel_id"))
        access.require(self.world, channel, Permission.READ_MESSAGE_HISTORY)
        threads = self.world.guilds[channel.guild_id or 0].threads.values()
        before = _moment(call.query.get("before"))
        found = [
            thread
            for thread in threads
            if thread.archived and thread.parent_id == channel.id and thread.archive_changed < before
        ]
        found.sort(key=lambda thread: thread.archive_changed, reverse=True)
        limit = int(call.query.get("limit", "50"))
        return self._listed(found[:limit]) | {"has_more": len(found) > limit}

    def _listed(self, threads: list[Thread]) -> Json:
        return {
            "threads": [wire.thread(thread) for thread in threads],
            "members": [wire.thread_member(thread, self.world.bot.id) for thread in threads],
        }

    def join(self, call: Call) -> None:
        access.channel(self.world, call.id("channel_id"))


def _moment(given: str | None) -> datetime:
    """A moment of a query; the end of time without one.

    Raises:
        Refusal: it is none.

    """
    try:
        return datetime.fromisoformat(given).astimezone(UTC) if given else datetime.max.replace(tzinfo=UTC)
    except ValueError:
        refuse_if_any([Problem(("before",), "DATE_TIME_TYPE_PARSE", f"Could not parse {given}.")])
        raise

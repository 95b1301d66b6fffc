"""The API's routes for messages."""

from typing import Any

from bot.sandbox import access, wire
from bot.sandbox.model import Channel, ChannelType, Json, Message, MessageFlag, Thread
from bot.sandbox.permissions import Permission
from bot.sandbox.posting import Circumstances, post, revise
from bot.sandbox.refusals import Problem, Refusal, refuse_if_any
from bot.sandbox.rest import Call, Route, snowflake
from bot.sandbox.world import World, is_private

REPLY = 19


class MessageRoutes:
    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        messages = "/channels/{channel_id}/messages"
        one = messages + "/{message_id}"
        return [
            Route("GET", messages, self.history),
            Route("POST", messages, self.create),
            Route("GET", one, self.read),
            Route("PATCH", one, self.edit),
            Route("DELETE", one, self.delete),
            Route("POST", one + "/crosspost", self.crosspost),
            Route("POST", "/channels/{channel_id}/typing", self.typing),
        ]

    def history(self, call: Call) -> list[Json]:
        channel = access.channel(self.world, call.id("channel_id"))
        if Permission.READ_MESSAGE_HISTORY not in access.may(self.world, channel):
            return []
        found = page([entry for entry in channel.messages.values() if not is_private(entry)], call)
        return [wire.message_as_seen_by_bot(self.world, entry) for entry in found]

    def read(self, call: Call) -> Json:
        channel = access.channel(self.world, call.id("channel_id"))
        access.require(self.world, channel, Permission.READ_MESSAGE_HISTORY)
        return wire.message_as_seen_by_bot(self.world, access.message(channel, call.id("message_id")))

    def create(self, call: Call) -> Json:
        body = call.form
        channel = access.channel(self.world, call.id("channel_id"))
        reference = body.get("message_reference")
        access.sending(self.world, channel, uploads=bool(call.uploads), reply=bool(reference))
        if known := self._sent_before(body):
            return known
        how = Circumstances(access.may(self.world, channel), type=REPLY if reference else 0)
        answered = self._answered(channel, reference)
        message = post(self.world, channel, body, call.uploads, how)
        if answered:
            message.reference = {"message_id": str(answered.id), "channel_id": str(channel.id)}
        if isinstance(channel, Thread) and channel.archived:
            self.world.set_archived(channel, archived=False)
        return self._with_nonce(body, message)

    def _sent_before(self, body: Json) -> Json | None:
        """The message that was sent with the same nonce a moment ago."""
        nonce = body.get("nonce")
        if nonce is None or not body.get("enforce_nonce") or not (known := self.world.sent_with(str(nonce))):
            return None
        channel = self.world.channels.get(known[0])
        message = channel.messages.get(known[1]) if channel else None
        if not message:
            raise Refusal(10008)
        return wire.message(self.world, message) | {"nonce": nonce}

    def _with_nonce(self, body: Json, message: Message) -> Json:
        """The answer to a create is the only one that carries the nonce."""
        answer = wire.message(self.world, message)
        if (nonce := body.get("nonce")) is None:
            return answer
        self.world.remember_nonce(str(nonce), message)
        return answer | {"nonce": nonce}

    def _answered(self, channel: Channel, reference: Any) -> Message | None:
        if not isinstance(reference, dict):
            return None
        found = channel.messages.get(snowflake(reference.get("message_id"), "message_reference"))
        if not found and reference.get("fail_if_not_exists", True):
            refuse_if_any([Problem(("message_reference",), "REPLIES_UNKNOWN_MESSAGE", "Unknown message")])
        return found

    def edit(self, call: Call) -> Json:
        channel = access.channel(self.world, call.id("channel_id"))
        message = access.message(channel, call.id("message_id"))
        if message.author_id != self.world.bot.id:
            raise Refusal(50005)
        if isinstance(channel, Thread) and channel.archived:
            raise Refusal(50083)
        if call.uploads:
            access.require(self.world, channel, Permission.ATTACH_FILES)
        revise(self.world, message, call.form, call.uploads, Circumstances(access.may(self.world, channel)))
        return wire.message(self.world, message)

    def delete(self, call: Call) -> None:
        channel = access.channel(self.world, call.id("channel_id"))
        message = access.message(channel, call.id("message_id"))
        if message.author_id != self.world.bot.id:
            access.require(self.world, channel, Permission.MANAGE_MESSAGES)
        self.world.delete_message(message)

    def crosspost(self, call: Call) -> Json:
        channel = access.channel(self.world, call.id("channel_id"))
        if channel.type is not ChannelType.ANNOUNCEMENT:
            raise Refusal(50024)
        message = access.message(channel, call.id("message_id"))
        mine = message.author_id == self.world.bot.id
        access.require(self.world, channel, Permission.SEND_MESSAGES if mine else Permission.MANAGE_MESSAGES)
        if MessageFlag.CROSSPOSTED in message.flags:
            raise Refusal(40033)
        message.flags |= MessageFlag.CROSSPOSTED
        self.world.message_changed(message)
        return wire.message_as_seen_by_bot(self.world, message)

    def typing(self, call: Call) -> None:
        channel = access.channel(self.world, call.id("channel_id"))
        access.sending(self.world, channel, uploads=False, reply=False)


def page(messages: list[Message], call: Call) -> list[Message]:
    """Messages as `limit`, `before`, `after` and `around` ask for them, newest first.

    Raises:
        Refusal: a limit that is none of 1 to 100.

    """
    limit = call.query.get("limit", "50")
    if not limit.isdecimal() or not 1 <= int(limit) <= 100:
        refuse_if_any([Problem(("limit",), "NUMBER_TYPE_MAX", "int value should be between 1 and 100.")])
    count = int(limit)
    newest = sorted(messages, key=lambda message: message.id, reverse=True)
    if before := call.query.get("before"):
        return [message for message in newest if message.id < snowflake(before, "before")][:count]
    if after := call.query.get("after"):
        return [message for message in newest if message.id > snowflake(after, "after")][-count:]
    if around := call.query.get("around"):
        return _around(newest, snowflake(around, "around"), count)
    return newest[:count]


def _around(newest: list[Message], middle: int, count: int) -> list[Message]:
    earlier = [message for message in newest if message.id < middle][: count // 2]
    from_there = [message for message in newest if message.id >= middle][-(count - len(earlier)) :]
    return from_there + earlier

"""Interactions: opened by people, answered by the bot through their token, within three seconds and fifteen minutes."""

import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from bot.sandbox import access, component_rules, mentions, message_rules, wire
from bot.sandbox.form import not_among
from bot.sandbox.model import CallbackType as Callback
from bot.sandbox.model import Channel, Interaction, InteractionType, Json, Message, MessageFlag
from bot.sandbox.permissions import EVERYTHING, Permission
from bot.sandbox.posting import Circumstances, complete, post, revise
from bot.sandbox.refusals import Refusal, refuse_if_any
from bot.sandbox.rest import Call, Route
from bot.sandbox.world import World

#: How long an interaction waits for its first answer, and how long its token lives.
PATIENCE: Final = timedelta(seconds=3)
TOKEN_LIFE: Final = timedelta(minutes=15)

#: What each kind of interaction may be answered with.
ANSWERS: Final[Mapping[InteractionType, frozenset[Callback]]] = {
    InteractionType.COMMAND: frozenset({Callback.MESSAGE, Callback.DEFER, Callback.MODAL}),
    InteractionType.COMPONENT: frozenset(
        {Callback.MESSAGE, Callback.DEFER, Callback.DEFER_UPDATE, Callback.UPDATE, Callback.MODAL}
    ),
    InteractionType.AUTOCOMPLETE: frozenset({Callback.CHOICES}),
    InteractionType.MODAL: frozenset({Callback.MESSAGE, Callback.DEFER, Callback.DEFER_UPDATE, Callback.UPDATE}),
}
#: These need a message that the component was on.
ABOUT_A_MESSAGE: Final = frozenset({Callback.DEFER_UPDATE, Callback.UPDATE})

#: The type of messages that answer a command.
COMMAND_ANSWER: Final = 20


def opened(
    world: World,
    kind: InteractionType,
    user_id: int,
    channel_id: int,
    data: Json,
    *,
    message_id: int | None = None,
) -> Interaction:
    """A new interaction, which the bot is told about."""
    channel = world.channels[channel_id]
    interaction = Interaction(
        world.new_id(),
        secrets.token_hex(24),
        kind,
        user_id,
        channel_id,
        channel.guild_id,
        world.now(),
        data,
        message_id,
    )
    world.add_interaction(interaction)
    return interaction


class InteractionRoutes:
    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        callback = "/interactions/{interaction_id}/{interaction_token}/callback"
        webhook = "/webhooks/{webhook_id}/{webhook_token}"
        original, one = webhook + "/messages/@original", webhook + "/messages/{message_id}"
        routes = [
            Route("POST", callback, self.answer),
            Route("POST", webhook, self.follow_up),
            Route("GET", original, self.read),
            Route("PATCH", original, self.edit),
            Route("DELETE", original, self.delete),
            Route("GET", one, self.read),
            Route("PATCH", one, self.edit),
            Route("DELETE", one, self.delete),
        ]
        return [route._replace(by_path_token=True) for route in routes]

    # -- the first answer -------------------------------------------------------------------------------------------

    def answer(self, call: Call) -> Json | None:
        interaction = self._awaiting(call)
        kind = self._kind(interaction, call.form)
        data = call.form.get("data")
        message = self._act(interaction, kind, data if isinstance(data, dict) else {}, call)
        interaction.answer = kind
        self.world.interaction_changed(interaction)
        return self._receipt(interaction, kind, message) if "with_response" in call.query else None

    def _awaiting(self, call: Call) -> Interaction:
        found = self.world.interactions.get(call.id("interaction_id"))
        if not found or found.token != call.path["interaction_token"]:
            raise Refusal(10062)
        if found.answer is not None:
            raise Refusal(40060)
        if self.world.now() - found.opened > PATIENCE:
            raise Refusal(10062)
        return found

    def _kind(self, interaction: Interaction, body: Json) -> Callback:
        allowed = ANSWERS[interaction.type]
        if interaction.message_id is None:
            allowed -= ABOUT_A_MESSAGE
        given = body.get("type")
        if given not in allowed or isinstance(given, bool):
            refuse_if_any([not_among(sorted(int(kind) for kind in allowed), "type")])
        return Callback(int(str(given)))

    def _act(self, interaction: Interaction, kind: Callback, data: Json, call: Call) -> Message | None:
        match kind:
            case Callback.MESSAGE:
                return self._reply(interaction, data, call)
            case Callback.DEFER:
                return self._think(interaction, data)
            case Callback.UPDATE | Callback.DEFER_UPDATE:
                return self._update(interaction, data if kind is Callback.UPDATE else {}, call)
            case Callback.CHOICES:
                refuse_if_any(problem.under("data") for problem in message_rules.choices(data))
                interaction.choices = data["choices"]
            case Callback.MODAL:
                refuse_if_any(problem.under("data") for problem in component_rules.modal(data))
                interaction.modal = data
        return None

    def _reply(self, interaction: Interaction, data: Json, call: Call) -> Message:
        message = post(self.world, self._place(interaction), data, call.uploads, self._how(interaction, data))
        return self._remember(interaction, message, original=True)

    def _think(self, interaction: Interaction, data: Json) -> Message:
        how = self._how(interaction, data)
        message = Message(
            self.world.new_id(), interaction.channel_id, self.world.bot.id, self.world.now(), type=how.type
        )
        message.flags, message.ephemeral_for = how.flags | MessageFlag.LOADING, how.private_to
        message.interaction_id = interaction.id
        self.world.add_message(message)
        return self._remember(interaction, message, original=True)

    def _update(self, interaction: Interaction, data: Json, call: Call) -> Message:
        message = self._found(interaction, interaction.message_id)
        if data:
            revise(self.world, message, data, call.uploads, self._how(interaction, {}))
            interaction.original_edits += 1
        interaction.original_id = message.id
        return message

    def _receipt(self, interaction: Interaction, kind: Callback, message: Message | None) -> Json:
        told: Json = {"id": str(interaction.id), "type": int(interaction.type)}
        if not message:
            return {"interaction": told}
        told |= {
            "response_message_id": str(message.id),
            "response_message_loading": message.is_loading,
            "response_message_ephemeral": MessageFlag.EPHEMERAL in message.flags,
        }
        return {"interaction": told, "resource": {"type": int(kind), "message": wire.message(self.world, message)}}

    # -- afterwards, through the webhook of the token ---------------------------------------------------------------

    def follow_up(self, call: Call) -> Json | None:
        interaction = self._alive(call)
        thinking = self._thinking(interaction)
        if thinking:
            complete(self.world, thinking, call.form, call.uploads, self._how(interaction, {}))
            interaction.original_edits += 1
            message = thinking
        else:
            message = self._follow(interaction, call)
        self.world.interaction_changed(interaction)
        return wire.message(self.world, message) if call.query.get("wait") in {"1", "true", "True"} else None

    def _follow(self, interaction: Interaction, call: Call) -> Message:
        how = self._how(interaction, call.form)
        message = post(self.world, self._place(interaction), call.form, call.uploads, how)
        return self._remember(interaction, message, original=interaction.original_id is None)

    def read(self, call: Call) -> Json:
        interaction = self._alive(call)
        return wire.message(self.world, self._mine(interaction, call))

    def edit(self, call: Call) -> Json:
        interaction = self._alive(call)
        message = self._mine(interaction, call)
        change = complete if message.is_loading else revise
        change(self.world, message, call.form, call.uploads, self._how(interaction, {}))
        interaction.original_edits += message.id == interaction.original_id
        self.world.interaction_changed(interaction)
        return wire.message(self.world, message)

    def delete(self, call: Call) -> None:
        interaction = self._alive(call)
        self.world.delete_message(self._mine(interaction, call))
        self.world.interaction_changed(interaction)

    def _alive(self, call: Call) -> Interaction:
        """The answered interaction of the token in the path."""
        if call.id("webhook_id") != self.world.application_id:
            raise Refusal(10015)
        token = call.path["webhook_token"]
        found = next((it for it in reversed(self.world.interactions.values()) if it.token == token), None)
        if not found or found.answer is None:
            raise Refusal(10015)
        if self.world.now() - found.opened > TOKEN_LIFE:
            raise Refusal(50027)
        return found

    def _mine(self, interaction: Interaction, call: Call) -> Message:
        """The message of the path, which must be the interaction's own."""
        if "message_id" not in call.path:
            return self._found(interaction, interaction.original_id)
        message_id = call.id("message_id")
        mine = {*interaction.message_ids, interaction.original_id}
        return self._found(interaction, message_id if message_id in mine else None)

    def _place(self, interaction: Interaction) -> Channel:
        """Where it happens; the channel may have been deleted meanwhile."""
        if not (channel := self.world.channels.get(interaction.channel_id)):
            raise Refusal(10003)
        return channel

    def _found(self, interaction: Interaction, message_id: int | None) -> Message:
        if not (message := self._place(interaction).messages.get(message_id or 0)):
            raise Refusal(10008)
        return message

    def _thinking(self, interaction: Interaction) -> Message | None:
        message = self._place(interaction).messages.get(interaction.original_id or 0)
        return message if message and message.is_loading else None

    def _remember(self, interaction: Interaction, message: Message, *, original: bool) -> Message:
        interaction.message_ids.append(message.id)
        if original:
            interaction.original_id = message.id
        return message

    def _how(self, interaction: Interaction, data: Json) -> Circumstances:
        """An answer needs no permissions to be posted; what it pings and embeds goes by the bot's."""
        flags: Any = data.get("flags")
        private = isinstance(flags, int) and bool(flags & MessageFlag.EPHEMERAL)
        channel = self._place(interaction)
        may = access.may(self.world, channel) | Permission.EMBED_LINKS if channel.guild_id else EVERYTHING
        return Circumstances(
            may,
            mentions.USERS_ONLY,
            COMMAND_ANSWER if interaction.type is InteractionType.COMMAND else 0,
            interaction.id,
            interaction.user_id if private else None,
            MessageFlag.EPHEMERAL if private else MessageFlag(0),
        )

"""What people can do on the embedded Discord, and what they get back: commands, suggestions, clicks, modals."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from bot.sandbox.interactions import PATIENCE, opened
from bot.sandbox.model import CallbackType, Channel, Interaction, InteractionType, Json, Message, User, parts
from bot.sandbox.usage import ClientRefusal, Usage
from bot.sandbox.world import World

#: How long a person waits for the answer behind "… is thinking".
THINKING: Final = 15.0
NO_RESPONSE: Final = "The application did not respond"


class NoResponseError(Exception):
    """The bot did not answer an interaction within three seconds."""

    def __init__(self) -> None:
        super().__init__(NO_RESPONSE)


class Choice(NamedTuple):
    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class Modal:
    """A form that the bot has opened; `id` is the interaction that opened it."""

    id: int
    channel_id: int
    data: Json = field(repr=False)

    @property
    def custom_id(self) -> str:
        return str(self.data["custom_id"])

    @property
    def title(self) -> str:
        return str(self.data["title"])

    @property
    def fields(self) -> dict[str, str]:
        """The custom id of every field, by its label."""
        return {label: inner["custom_id"] for label, inner in self._labelled()}

    def _labelled(self) -> list[tuple[str, Json]]:
        wrapped = [(part["label"], part["component"]) for part in self.data["components"] if "component" in part]
        rows = [part for part in parts(self.data["components"]) if part.get("custom_id") and part.get("label")]
        return wrapped + [(part["label"], part) for part in rows]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person got back."""

    world: World = field(repr=False)
    interaction: Interaction
    type: CallbackType
    #: The answer as it stands when the bot has finished thinking; it goes on changing with later edits.
    message: Message | None
    modal: Modal | None

    @property
    def messages(self) -> list[Message]:
        """The answer and all follow-ups so far that still exist, in order."""
        channel = self.world.channels.get(self.interaction.channel_id)
        kept = channel.messages if channel else {}
        return [kept[message_id] for message_id in self.interaction.message_ids if message_id in kept]

    @property
    def ephemeral(self) -> bool:
        return self.message is not None and self.message.ephemeral_for is not None

    @property
    def text(self) -> str:
        return self.message.text if self.message else ""


class Person:
    """Somebody at a Discord client."""

    def __init__(self, world: World, user_id: int, *, patience: float = PATIENCE.total_seconds()) -> None:
        self.world = world
        self.user: User = world.users[user_id]
        self.patience = patience

    def sees(self, channel: int | Channel) -> list[Message]:
        """The messages that this person finds in a channel, oldest first, private ones of their own included.

        Raises:
            ClientRefusal: they cannot see the channel.

        """
        place = Usage(self.world, self.user.id, _id(channel)).channel
        return [it for it in place.messages.values() if it.ephemeral_for in {None, self.user.id}]

    async def run(self, channel: int | Channel, command: str, /, **options: Any) -> Reply:
        """Run a command such as `subscribe` or `feeds add`, with its options by name.

        Raises:
            ClientRefusal: a Discord client would not send this.
            NoResponseError: the bot did not answer in time.

        """
        usage, found, nested = self._command(channel, command, [_option(*option) for option in options.items()])
        return await self._reply(self._open(usage, InteractionType.COMMAND, usage.command(found, nested)))

    async def suggest(
        self, channel: int | Channel, command: str, option: str, typed: str, /, **others: Any
    ) -> list[Choice]:
        """What autocomplete offers for an option while `typed` stands in it.

        Raises:
            ClientRefusal: a Discord client would not send this.
            NoResponseError: the bot did not answer in time.

        """
        focused = {"name": option, "value": typed, "focused": True}
        usage, found, nested = self._command(channel, command, [*map(_option, others, others.values()), focused])
        data = usage.command(found, nested, typing=True)
        return await self.choices(self._open(usage, InteractionType.AUTOCOMPLETE, data))

    def _command(self, channel: int | Channel, command: str, options: list[Json]) -> tuple[Usage, Json, list[Json]]:
        usage = Usage(self.world, self.user.id, _id(channel))
        name, *path = command.removeprefix("/").split()
        found = usage.command_named(name)
        return usage, found, _nested(found, path, options)

    async def click(self, message: Message, button: str) -> Reply:
        """Click the button that has this label or custom id.

        Raises:
            ClientRefusal: there is none, or it is disabled.
            NoResponseError: the bot did not answer in time.

        """
        custom_ids = [it["custom_id"] for it in message.buttons if button in {it.get("label"), it.get("custom_id")}]
        if not custom_ids:
            raise ClientRefusal(f"This message has no button {button}, only {', '.join(message.labels)}.")
        return await self.choose(message, custom_ids[0])

    async def choose(self, message: Message, custom_id: str, *values: Any) -> Reply:
        """Choose values (or options by their label) of a select menu.

        Raises:
            ClientRefusal: there is no such menu, or no such value in it.
            NoResponseError: the bot did not answer in time.

        """
        usage = Usage(self.world, self.user.id, message.channel_id)
        data = usage.component(usage.message(message.id), custom_id, [str(_id(value)) for value in values])
        return await self._reply(self._open(usage, InteractionType.COMPONENT, data, message_id=message.id))

    async def submit(self, modal: Modal, /, **values: Any) -> Reply:
        """Fill in a modal, by custom id or by label (with underscores for spaces), and send it.

        Raises:
            ClientRefusal: a field is missing, unknown or wrongly filled.
            NoResponseError: the bot did not answer in time.

        """
        by_label = {label.lower().replace(" ", "_"): custom_id for label, custom_id in modal.fields.items()}
        filled = {by_label.get(name.lower(), name): _plain(value) for name, value in values.items()}
        usage = Usage(self.world, self.user.id, modal.channel_id)
        data = usage.modal(modal.data, filled)
        opener = self.world.interactions[modal.id]
        return await self._reply(self._open(usage, InteractionType.MODAL, data, message_id=opener.message_id))

    # -- shared with the page ---------------------------------------------------------------------------------------

    def _open(self, usage: Usage, kind: InteractionType, data: Json, *, message_id: int | None = None) -> Interaction:
        return opened(self.world, kind, self.user.id, usage.channel.id, data, message_id=message_id)

    async def acknowledged(self, interaction: Interaction) -> CallbackType:
        """Wait for the first answer.

        Raises:
            NoResponseError: none came in time.

        """
        try:
            return await self.world.until(lambda _world: interaction.answer, self.patience)
        except TimeoutError:
            raise NoResponseError from None

    async def choices(self, interaction: Interaction) -> list[Choice]:
        """Wait for suggestions.

        Raises:
            NoResponseError: none came in time.

        """
        await self.acknowledged(interaction)
        return [Choice(choice["name"], choice["value"]) for choice in interaction.choices]

    async def _reply(self, interaction: Interaction) -> Reply:
        kind = await self.acknowledged(interaction)
        message = await self._answer(interaction, kind)
        modal = Modal(interaction.id, interaction.channel_id, interaction.modal) if interaction.modal else None
        return Reply(self.world, interaction, kind, message, modal)

    async def _answer(self, interaction: Interaction, kind: CallbackType) -> Message | None:
        """The answer, once the bot has done what it put off."""
        channel = self.world.channels.get(interaction.channel_id)
        kept = channel.messages if channel else {}

        def original() -> Message | None:
            return kept.get(interaction.original_id or 0)

        if kind is CallbackType.DEFER:
            await self.world.until(lambda _world: not ((it := original()) and it.is_loading), THINKING)
        elif kind is CallbackType.DEFER_UPDATE:
            await self.world.until(lambda _world: interaction.original_edits or interaction.message_ids, THINKING)
            if not interaction.original_edits:
                return kept.get(interaction.message_ids[0])
        return original()


def _option(name: str, value: Any) -> Json:
    return {"name": name, "value": _plain(value)}


def _nested(command: Json, path: Sequence[str], options: list[Json]) -> list[Json]:
    """The options as Discord sends them: inside their subcommand, inside its group."""
    within, steps = command, []
    for step in path:
        found = [option for option in within.get("options") or () if option["name"] == step and option["type"] <= 2]
        if not found:
            raise ClientRefusal(f"/{command['name']} has no subcommand {step}.")
        within = found[0]
        steps.append(within)
    for step_option in reversed(steps):
        options = [{"name": step_option["name"], "type": step_option["type"], "options": options}]
    return options


def _plain(value: Any) -> Any:
    """A value as JSON has it: things by their id."""
    if isinstance(value, list | tuple):
        return [str(_id(entry)) for entry in value]
    identity = getattr(value, "id", None)
    return value if identity is None else str(identity)


def _id(thing: Any) -> Any:
    return getattr(thing, "id", thing)

"""What a Discord client makes of a person's input: the data of an interaction, or a refusal before anything is sent."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bot.sandbox import wire
from bot.sandbox.command_rules import CHAT_INPUT, NESTING, Option
from bot.sandbox.model import Channel, Json, Message, parts
from bot.sandbox.model import ComponentType as C
from bot.sandbox.permissions import Permission
from bot.sandbox.world import World, is_private

IN_GUILDS, IN_BOT_DMS = 0, 1

#: Which of Discord's collections the values of an option or a select are found in.
OF_OPTION: Final[Mapping[int, tuple[str, ...]]] = {
    Option.USER: ("users",),
    Option.CHANNEL: ("channels",),
    Option.ROLE: ("roles",),
    Option.MENTIONABLE: ("users", "roles"),
}
OF_SELECT: Final[Mapping[int, tuple[str, ...]]] = {
    C.USER_SELECT: ("users",),
    C.CHANNEL_SELECT: ("channels",),
    C.ROLE_SELECT: ("roles",),
    C.MENTIONABLE_SELECT: ("users", "roles"),
}


class ClientRefusal(Exception):  # noqa: N818  the client refuses; nothing failed
    """A Discord client would not let a person do this."""


class Usage:
    """One person in one channel."""

    def __init__(self, world: World, user_id: int, channel_id: int) -> None:
        if user_id not in world.users or world.users[user_id].bot:
            raise ClientRefusal("There is no such person.")
        channel = world.channels.get(channel_id)
        if not channel or not world.can_see(user_id, channel):
            raise ClientRefusal("This channel does not exist, or this person cannot see it.")
        self.world = world
        self.user_id = user_id
        self.channel = channel
        self.resolved: Json = {}

    # -- commands ---------------------------------------------------------------------------------------------------

    def command_named(self, name: str) -> Json:
        for command in self.world.commands_in(self.channel.guild_id):
            if command["name"] == name and command["type"] == CHAT_INPUT:
                return command
        raise ClientRefusal(f"There is no command /{name} here.")

    def command_with(self, command_id: str) -> Json:
        for command in self.world.commands_in(self.channel.guild_id):
            if command["id"] == command_id:
                return command
        raise ClientRefusal("This command is outdated, please try again in a few minutes.")

    def command(self, command: Json, options: Sequence[Json], *, typing: bool = False) -> Json:
        """The data of a command that is run, or while `typing` of one that asks for suggestions.

        Raises:
            ClientRefusal: the command is not for this person or place, or an option is wrong.

        """
        self._check_place(command)
        data = {
            "id": command["id"],
            "name": command["name"],
            "type": command["type"],
            "options": self._options(command, options, typing=typing),
        }
        return data | ({"resolved": self.resolved} if self.resolved else {})

    def _check_place(self, command: Json) -> None:
        contexts = command.get("contexts")
        here = IN_BOT_DMS if self.channel.guild_id is None else IN_GUILDS
        if (contexts is not None and here not in contexts) or (
            here == IN_BOT_DMS and command["dm_permission"] is False
        ):
            raise ClientRefusal(f"/{command['name']} cannot be used here.")
        if self.channel.guild_id is None:
            return
        granted = self.world.permissions(self.user_id, self.channel)
        wanted = command.get("default_member_permissions")
        needed = Permission.ADMINISTRATOR if wanted == "0" else Permission(int(wanted or 0))
        if needed not in granted:
            raise ClientRefusal(f"This person has no permission to use /{command['name']}.")
        guild = self.world.guilds[self.channel.guild_id]
        if self.world.bot.id not in guild.members:
            raise ClientRefusal("The bot is not in this server.")

    def _options(self, within: Json, given: Sequence[Json], *, typing: bool) -> list[Json]:
        known = {option["name"]: option for option in within.get("options") or ()}
        names = [option.get("name") for option in given]
        for name, option in known.items():
            if name not in names and option.get("required") and not typing:
                raise ClientRefusal(f"The option {name} is required.")
        if any(option["type"] in NESTING for option in known.values()) and len(given) != 1:
            raise ClientRefusal("Choose one of the subcommands.")
        return [self._option(known, option, typing=typing) for option in given]

    def _option(self, known: Mapping[str, Json], given: Json, *, typing: bool) -> Json:
        if not (option := known.get(str(given.get("name")))):
            raise ClientRefusal(f"There is no option {given.get('name')}.")
        named = {"name": option["name"], "type": option["type"]}
        if option["type"] in NESTING:
            return named | {"options": self._options(option, given.get("options") or (), typing=typing)}
        if given.get("focused"):
            return named | {"value": str(given.get("value", "")), "focused": True}
        return named | {"value": self._value(option, given.get("value"))}

    def _value(self, option: Json, given: Any) -> Any:
        value = self._converted(option, given)
        choices = [choice["value"] for choice in option.get("choices") or ()]
        if choices and value not in choices:
            raise ClientRefusal(f"{option['name']} must be one of the choices.")
        if isinstance(value, str) and option["type"] == Option.STRING:
            _within(option["name"], len(value), option.get("min_length"), option.get("max_length"))
        elif option["type"] in {Option.INTEGER, Option.NUMBER}:
            _within(option["name"], value, option.get("min_value"), option.get("max_value"))
        return value

    def _converted(self, option: Json, given: Any) -> Any:
        kind = option["type"]
        try:
            if kind in OF_OPTION:
                return self._resolve(OF_OPTION[kind], str(given), option.get("channel_types"))
            if kind == Option.STRING:
                return str(given)
            if kind == Option.BOOLEAN:
                return bool(given)
            return int(given) if kind == Option.INTEGER else float(given)
        except (TypeError, ValueError):
            raise ClientRefusal(f"{option['name']} is not of the right kind.") from None

    # -- things that are picked -------------------------------------------------------------------------------------

    def _resolve(self, collections: Sequence[str], given: str, channel_types: Sequence[int] | None = None) -> str:
        """The id of a user, role or channel that exists; what is known of it goes along with the interaction."""
        for collection in collections:
            if (found := self._look_up(collection, int(given), channel_types)) is not None:
                self.resolved.setdefault(collection, {})[given] = found
                return given
        raise ClientRefusal(f"There is nothing of the right kind with the id {given}.")

    def _look_up(self, collection: str, wanted: int, channel_types: Sequence[int] | None) -> Json | None:
        guild = self.world.guilds.get(self.channel.guild_id or 0)
        if collection == "users":
            return self._user(wanted)
        if collection == "roles":
            role = guild.roles.get(wanted) if guild else None
            return wire.role(role) if role else None
        channel = (guild.channels.get(wanted) or guild.threads.get(wanted)) if guild else None
        if not channel or not self._pickable(channel, channel_types):
            return None
        return wire.resolved_channel(self.world, channel, self.user_id)

    def _user(self, wanted: int) -> Json | None:
        guild = self.world.guilds.get(self.channel.guild_id or 0)
        if guild and (member := guild.members.get(wanted)):
            body = wire.member(self.world, member)
            del body["user"]
            bits = int(self.world.permissions(wanted, self.channel))
            self.resolved.setdefault("members", {})[str(wanted)] = body | {"permissions": str(bits)}
        return wire.user(self.world.users[wanted]) if wanted in self.world.users else None

    def _pickable(self, channel: Channel, types: Sequence[int] | None) -> bool:
        return self.world.can_see(self.user_id, channel) and (not types or int(channel.type) in types)

    # -- components and modals --------------------------------------------------------------------------------------

    def message(self, message_id: int) -> Message:
        """A message that this person can see.

        Raises:
            ClientRefusal: there is none.

        """
        message = self.channel.messages.get(message_id)
        if not message or (is_private(message) and message.ephemeral_for != self.user_id):
            raise ClientRefusal("This message does not exist, or this person cannot see it.")
        return message

    def component(self, message: Message, custom_id: str, values: Sequence[str] | None = None) -> Json:
        """The data of a click or a choice.

        Raises:
            ClientRefusal: there is no such component, it is disabled, or the values are not among its own.

        """
        part = _with_custom_id(message.components, custom_id)
        if part.get("disabled"):
            raise ClientRefusal("This component is disabled.")
        data: Json = {"custom_id": custom_id, "component_type": part["type"], "id": part["id"]}
        if part["type"] != C.BUTTON:
            data["values"] = self._picked(part, values or (), _given(part, "min_values", 1))
        return data | ({"resolved": self.resolved} if self.resolved else {})

    def _picked(self, select: Json, values: Sequence[str], least: int) -> list[str]:
        most = _given(select, "max_values", len(select["options"]) if select["type"] == C.CHECKBOX_GROUP else 1)
        if not least <= len(values) <= most:
            raise ClientRefusal(f"Choose {least} to {most} values.")
        if select["type"] in OF_SELECT:
            return [self._resolve(OF_SELECT[select["type"]], value, select.get("channel_types")) for value in values]
        offered = {option["label"]: option["value"] for option in select["options"]}
        picked = [value if value in offered.values() else offered.get(value) for value in values]
        if None in picked:
            raise ClientRefusal("This select menu has no such option.")
        return [value for value in picked if value is not None]

    def modal(self, modal: Json, filled: Mapping[str, Any]) -> Json:
        """The data of a modal that is sent; `filled` is by custom id.

        Raises:
            ClientRefusal: a field is missing, unknown, or wrongly filled.

        """
        fields = {part["custom_id"]: part for part in parts(modal["components"]) if part.get("custom_id")}
        if strange := filled.keys() - fields.keys():
            raise ClientRefusal(f"This modal has no field {min(strange)}.")
        components = [self._sent(part, filled) for part in modal["components"] if part["type"] != C.TEXT_DISPLAY]
        data = {"custom_id": modal["custom_id"], "components": components}
        return data | ({"resolved": self.resolved} if self.resolved else {})

    def _sent(self, part: Json, filled: Mapping[str, Any]) -> Json:
        if part["type"] == C.ACTION_ROW:
            return {"type": int(C.ACTION_ROW), "components": [self._field(it, filled) for it in part["components"]]}
        return {"type": int(C.LABEL), "component": self._field(part["component"], filled)}

    def _field(self, field: Json, filled: Mapping[str, Any]) -> Json:
        given = filled.get(field["custom_id"])
        sent: Json = {"type": field["type"], "custom_id": field["custom_id"]}
        if field["type"] == C.TEXT_INPUT:
            return sent | {"value": _typed(field, str(given or field.get("value") or ""))}
        if field["type"] == C.CHECKBOX:
            return sent | {"value": bool(given)}
        values = [str(value) for value in ([given] if isinstance(given, str) else given or ())]
        least = _given(field, "min_values", 1) if field.get("required", True) else 0
        picked = self._picked(field, values, least)
        if field["type"] == C.RADIO_GROUP:
            return sent | {"value": picked[0] if picked else None}
        return sent | {"values": picked}


def _given(part: Json, key: str, default: int) -> int:
    """A number of a component; null is the same as not given."""
    value = part.get(key)
    return default if value is None else int(value)


def _typed(field: Json, text: str) -> str:
    if not text and field.get("required", True):
        raise ClientRefusal(f"The field {field['custom_id']} is required.")
    if text:
        _within(field["custom_id"], len(text), field.get("min_length"), field.get("max_length"))
    return text


def _with_custom_id(components: list[Json], custom_id: str) -> Json:
    for part in parts(components):
        if part.get("custom_id") == custom_id:
            return part
    raise ClientRefusal("This message has no such component.")


def _within(name: str, value: float, least: float | None, most: float | None) -> None:
    if (least is not None and value < least) or (most is not None and value > most):
        raise ClientRefusal(f"{name} must be between {least} and {most}.")

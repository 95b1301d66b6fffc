"""The things of an embedded Discord: users, guilds, channels, threads, messages, commands, interactions."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, IntFlag
from typing import Any, Final

from bot.sandbox.permissions import Member, Overwrite, Role

#: JSON as it comes from and goes to the outside; its form is checked by the rules, not by types.
Json = dict[str, Any]


class ChannelType(IntEnum):
    TEXT = 0
    DM = 1
    VOICE = 2
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15
    MEDIA = 16


THREADS = frozenset({ChannelType.ANNOUNCEMENT_THREAD, ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD})
FORUMS = frozenset({ChannelType.FORUM, ChannelType.MEDIA})


class MessageFlag(IntFlag):
    CROSSPOSTED = 1 << 0
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    IS_COMPONENTS_V2 = 1 << 15


class ChannelFlag(IntFlag):
    PINNED = 1 << 1
    REQUIRE_TAG = 1 << 4


NO_FLAGS: Final = MessageFlag(0)
NO_CHANNEL_FLAGS: Final = ChannelFlag(0)


class ComponentType(IntEnum):
    ACTION_ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT_DISPLAY = 10
    THUMBNAIL = 11
    MEDIA_GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


class InteractionType(IntEnum):
    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class CallbackType(IntEnum):
    MESSAGE = 4
    DEFER = 5
    DEFER_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


@dataclass(slots=True)
class User:
    id: int
    username: str
    global_name: str | None = None
    bot: bool = False
    avatar_color: str = "#5865f2"
    accepts_dms: bool = True
    #: Whether nobody at the page acts as them.
    away: bool = False

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass(slots=True)
class Tag:
    """A forum's tag."""

    id: int
    name: str
    moderated: bool = False


@dataclass(slots=True)
class Message:
    id: int
    channel_id: int
    author_id: int
    timestamp: datetime
    content: str = ""
    flags: MessageFlag = NO_FLAGS
    components: list[Json] = field(default_factory=list)
    embeds: list[Json] = field(default_factory=list)
    attachments: list[Json] = field(default_factory=list)
    #: Who is pinged, once allowed mentions and permissions have been weighed.
    mentions: list[int] = field(default_factory=list)
    mention_roles: list[int] = field(default_factory=list)
    mention_everyone: bool = False
    #: 0 plain, 19 a reply, 20 the answer to a command.
    type: int = 0
    edited: datetime | None = None
    reference: Json | None = None
    interaction_id: int | None = None
    ephemeral_for: int | None = None

    @property
    def is_v2(self) -> bool:
        return MessageFlag.IS_COMPONENTS_V2 in self.flags

    @property
    def is_loading(self) -> bool:
        return MessageFlag.LOADING in self.flags

    @property
    def text(self) -> str:
        """All that the message says: its content, or its Text Displays, a line each."""
        return "\n".join(filter(None, (self.content, *texts(self.components))))

    @property
    def buttons(self) -> list[Json]:
        return [part for part in parts(self.components) if part.get("type") == ComponentType.BUTTON]

    @property
    def labels(self) -> list[str]:
        return [button.get("label", "") for button in self.buttons]


@dataclass(slots=True)
class Channel:
    """A channel of a guild, or a direct-message channel (without a guild, with a recipient)."""

    id: int
    type: ChannelType
    name: str = ""
    guild_id: int | None = None
    parent_id: int | None = None
    position: int = 0
    topic: str | None = None
    recipient_id: int | None = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    tags: list[Tag] = field(default_factory=list)
    flags: ChannelFlag = NO_CHANNEL_FLAGS
    messages: dict[int, Message] = field(default_factory=dict, repr=False)
    last_message_id: int | None = None

    @property
    def is_thread(self) -> bool:
        return self.type in THREADS

    @property
    def is_forum(self) -> bool:
        return self.type in FORUMS

    @property
    def mention(self) -> str:
        return f"<#{self.id}>"


@dataclass(slots=True, kw_only=True)
class Thread(Channel):
    owner_id: int
    auto_archive_duration: int
    archive_changed: datetime
    archived: bool = False
    locked: bool = False
    applied_tags: list[int] = field(default_factory=list)
    message_count: int = 0


@dataclass(slots=True)
class Guild:
    id: int
    name: str
    owner_id: int
    joined_at: str
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict, repr=False)
    threads: dict[int, Thread] = field(default_factory=dict, repr=False)
    unavailable: bool = False

    @property
    def everyone(self) -> Role:
        return self.roles[self.id]

    def channel(self, name: str) -> Channel:
        """The channel or thread of that name.

        Raises:
            LookupError: there is none.

        """
        for channel in (*self.channels.values(), *self.threads.values()):
            if channel.name == name:
                return channel
        raise LookupError(f"{self.name} has no channel named {name}")

    def role(self, name: str) -> Role:
        """The role of that name.

        Raises:
            LookupError: there is none.

        """
        for role in self.roles.values():
            if role.name == name:
                return role
        raise LookupError(f"{self.name} has no role named {name}")


@dataclass(slots=True)
class Interaction:
    id: int
    token: str
    type: InteractionType
    user_id: int
    channel_id: int
    guild_id: int | None
    opened: datetime
    data: Json = field(repr=False)
    #: The message whose component was used.
    message_id: int | None = None
    answer: CallbackType | None = None
    choices: list[Json] = field(default_factory=list)
    modal: Json | None = None
    #: What `@original` means: the answer, or the message whose component was used.
    original_id: int | None = None
    #: Its own answer and follow-ups, in order.
    message_ids: list[int] = field(default_factory=list)
    #: How often the original was edited or completed through the token.
    original_edits: int = 0


def parts(components: list[Any]) -> Iterator[Json]:
    """Every component, nested ones and accessories included, in reading order."""
    for component in components:
        if not isinstance(component, dict):
            continue
        yield component
        inner = component.get("components")
        yield from parts(inner if isinstance(inner, list) else [])
        yield from parts([component[key] for key in ("accessory", "component") if component.get(key)])


def texts(components: list[Json]) -> Iterator[str]:
    """What the Text Displays among the components say."""
    for part in parts(components):
        if part.get("type") == ComponentType.TEXT_DISPLAY and isinstance(part.get("content"), str):
            yield part["content"]

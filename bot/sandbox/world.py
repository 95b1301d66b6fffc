"""The world: everything that exists here, changed by methods, each change told to whoever listens."""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from bot.sandbox.changes import Changes, Event, Kind, Listener
from bot.sandbox.model import (
    Channel,
    ChannelFlag,
    ChannelType,
    Guild,
    Interaction,
    Json,
    Message,
    MessageFlag,
    Tag,
    Thread,
    User,
)
from bot.sandbox.permissions import (
    EVERYTHING,
    NOTHING,
    Member,
    Overwrite,
    Permission,
    Role,
    Whose,
    permissions_in_channel,
    permissions_in_guild,
)

T = TypeVar("T")

DISCORD_EPOCH: Final = datetime(2015, 1, 1, tzinfo=UTC)

#: How much is kept, so that a demo that runs for weeks stays small.
MESSAGES_KEPT: Final = 20_000
INTERACTIONS_KEPT: Final = 2_000
NONCES_KEPT: Final = 20_000
FILES_KEPT: Final = 100

#: Discord speaks of "the past few minutes".
NONCE_LIFE: Final = timedelta(minutes=5)


class World:
    """Guilds, channels, people and one bot.

    Scenes are set through its methods; they know no permissions (`bot.sandbox.access` does) and no protocol.
    """

    def __init__(
        self, bot_name: str = "Previously", *, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.now = now
        self._last_id = 0
        self._changes = Changes()
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.direct: dict[int, Channel] = {}
        #: Every channel, thread and direct-message channel by id.
        self.channels: dict[int, Channel] = {}
        self.interactions: OrderedDict[int, Interaction] = OrderedDict()
        self.nonces: OrderedDict[str, tuple[int, int, datetime]] = OrderedDict()
        self.files: OrderedDict[int, bytes] = OrderedDict()
        self.global_commands: list[Json] = []
        self.guild_commands: dict[int, list[Json]] = {}
        #: How often commands were registered, so that a test can wait for it.
        self.registrations = 0
        self.bot_online = False
        #: Where attachments are served; the server sets it when it listens.
        self.files_url = "http://127.0.0.1/files"
        self.bot = self.add_user(bot_name, bot=True)
        self.application_id = self.bot.id
        self.sees_message_content = False

    # -- ids, time and listening ------------------------------------------------------------------------------------

    def new_id(self, *, new_millisecond: bool = False) -> int:
        """A fresh snowflake, higher than all before; one of its own millisecond falls to a shard of its own."""
        moment = int((self.now() - DISCORD_EPOCH) / timedelta(milliseconds=1)) << 22
        following = ((self._last_id >> 22) + 1) << 22 if new_millisecond else self._last_id + 1
        self._last_id = max(moment, following)
        return self._last_id

    def listening(self, listener: Listener) -> AbstractContextManager[None]:
        """Call `listener` at every change, as it happens, while the block lasts."""
        return self._changes.listening(listener)

    def tell(self, kind: Kind, subject: Any = None, guild_id: int | None = None) -> None:
        self._changes.tell(Event(kind, guild_id, subject))

    async def until(self, predicate: "Callable[[World], T | None]", timeout: float = 10) -> T:  # noqa: ASYNC109  the wait is its own reason
        """What `predicate` finds in this world, as soon as it finds something; it is asked again at every change.

        Raises:
            TimeoutError: it found nothing in time.

        """
        return await self._changes.until(lambda: predicate(self), timeout)

    # -- people and guilds ------------------------------------------------------------------------------------------

    def add_user(self, name: str, *, bot: bool = False, away: bool = False, avatar_color: str = "#5865f2") -> User:
        username = name.lower().replace(" ", "_")
        user = User(self.new_id(), username, name, bot=bot, away=away, avatar_color=avatar_color)
        self.users[user.id] = user
        return user

    @property
    def people(self) -> list[User]:
        """Those who are at the page."""
        return [user for user in self.users.values() if not (user.bot or user.away)]

    def add_guild(self, name: str, *, owner: User, everyone: Permission, bot: Permission) -> Guild:
        """A guild with an owner and the bot in it, which has exactly the permissions of its own role."""
        guild = Guild(self.new_id(new_millisecond=True), name, owner.id, self.now().isoformat())
        guild.roles[guild.id] = Role(guild.id, "@everyone", everyone, position=0)
        self.guilds[guild.id] = guild
        self.add_member(guild, owner)
        self.add_member(guild, self.bot, self.add_role(guild, self.bot.global_name or "bot", permissions=bot))
        self.tell(Kind.GUILD_CREATE, guild, guild.id)
        return guild

    def add_member(self, guild: Guild, user: User, *roles: Role) -> Member:
        member = Member(user.id, self.now().isoformat(), [role.id for role in roles])
        guild.members[user.id] = member
        return member

    def add_role(
        self, guild: Guild, name: str, *, permissions: Permission = NOTHING, color: int = 0, mentionable: bool = False
    ) -> Role:
        role = Role(self.new_id(), name, permissions, color, len(guild.roles), mentionable)
        guild.roles[role.id] = role
        self.tell(Kind.ROLE_CREATE, role, guild.id)
        return role

    def change_role(self, guild: Guild, role: Role, permissions: Permission) -> None:
        role.permissions = permissions
        self.tell(Kind.ROLE_UPDATE, role, guild.id)

    def delete_role(self, guild: Guild, role: Role) -> None:
        del guild.roles[role.id]
        for member in guild.members.values():
            member.roles = [role_id for role_id in member.roles if role_id != role.id]
        self.tell(Kind.ROLE_DELETE, role, guild.id)

    def give_role(self, guild: Guild, user: User, role: Role) -> None:
        guild.members[user.id].roles.append(role.id)
        self.tell(Kind.MEMBER_UPDATE, guild.members[user.id], guild.id)

    def remove_bot(self, guild: Guild) -> None:
        """Kick the bot. The guild goes on without it."""
        guild.members.pop(self.bot.id, None)
        self.tell(Kind.GUILD_DELETE, guild, guild.id)

    def invite_bot(self, guild: Guild, permissions: Permission) -> None:
        """Let the bot in (again)."""
        self.add_member(guild, self.bot, self.add_role(guild, self.bot.global_name or "bot", permissions=permissions))
        self.tell(Kind.GUILD_CREATE, guild, guild.id)

    def set_available(self, guild: Guild, available: bool) -> None:
        """Begin or end an outage of one guild."""
        guild.unavailable = not available
        self.tell(Kind.GUILD_CREATE if available else Kind.GUILD_DELETE, guild, guild.id)

    @property
    def bot_guilds(self) -> list[Guild]:
        return [guild for guild in self.guilds.values() if self.bot.id in guild.members]

    # -- channels ---------------------------------------------------------------------------------------------------

    def add_channel(
        self,
        guild: Guild,
        name: str,
        kind: ChannelType = ChannelType.TEXT,
        *,
        topic: str | None = None,
        tags: Iterable[str] = (),
        require_tag: bool = False,
        hidden_from: Iterable[Role | Member] = (),
    ) -> Channel:
        channel = Channel(self.new_id(), kind, name, guild.id, position=len(guild.channels), topic=topic)
        channel.tags = [Tag(self.new_id(), tag) for tag in tags]
        channel.flags = ChannelFlag.REQUIRE_TAG if require_tag else ChannelFlag(0)
        for whom in hidden_from:
            overwrite = _overwrite_for(whom)
            overwrite.deny = Permission.VIEW_CHANNEL
            channel.overwrites[overwrite.id] = overwrite
        self.channels[channel.id] = guild.channels[channel.id] = channel
        self.tell(Kind.CHANNEL_CREATE, channel, guild.id)
        return channel

    def set_overwrite(
        self, channel: Channel, whom: Role | Member, *, allow: Permission = NOTHING, deny: Permission = NOTHING
    ) -> None:
        """Let a channel allow or deny something to a role or a member."""
        overwrite = _overwrite_for(whom)
        overwrite.allow, overwrite.deny = allow, deny
        channel.overwrites[overwrite.id] = overwrite
        self.tell(Kind.CHANNEL_UPDATE, channel, channel.guild_id)

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel with its threads, or a thread."""
        guild = self.guilds[channel.guild_id or 0]
        self.channels.pop(channel.id, None)
        if isinstance(channel, Thread):
            guild.threads.pop(channel.id, None)
            self.tell(Kind.THREAD_DELETE, channel, guild.id)
            return
        guild.channels.pop(channel.id, None)
        for thread in [thread for thread in guild.threads.values() if thread.parent_id == channel.id]:
            del guild.threads[thread.id], self.channels[thread.id]
        self.tell(Kind.CHANNEL_DELETE, channel, guild.id)

    def open_dm(self, user: User) -> Channel:
        """The direct-message channel of the bot and a user."""
        if channel := self.direct.get(user.id):
            return channel
        channel = Channel(self.new_id(), ChannelType.DM, recipient_id=user.id)
        self.direct[user.id] = self.channels[channel.id] = channel
        return channel

    def add_thread(self, thread: Thread) -> None:
        guild = self.guilds[thread.guild_id or 0]
        self.channels[thread.id] = guild.threads[thread.id] = thread
        self.tell(Kind.THREAD_CREATE, thread, guild.id)

    def set_archived(self, thread: Thread, archived: bool, *, locked: bool | None = None) -> None:
        """Archive or unarchive a thread, and lock or unlock it on the way."""
        thread.archived, thread.archive_changed = archived, self.now()
        if locked is not None:
            thread.locked = locked
        self.tell(Kind.THREAD_UPDATE, thread, thread.guild_id)

    # -- permissions ------------------------------------------------------------------------------------------------

    def permissions(self, user_id: int, channel: Channel) -> Permission:
        """What a user may do in a channel; a thread goes by its parent."""
        if channel.guild_id is None:
            return EVERYTHING if user_id in {self.bot.id, channel.recipient_id} else NOTHING
        guild = self.guilds[channel.guild_id]
        if not (member := guild.members.get(user_id)):
            return NOTHING
        base = self.permissions_in(guild, user_id)
        place = guild.channels.get(channel.parent_id or 0, channel) if channel.is_thread else channel
        return permissions_in_channel(base, place.overwrites.values(), guild.id, member)

    def permissions_in(self, guild: Guild, user_id: int) -> Permission:
        """What a user may do in a guild, channels aside."""
        if not (member := guild.members.get(user_id)):
            return NOTHING
        return permissions_in_guild(guild.id, guild.owner_id, guild.roles, member)

    def can_see(self, user_id: int, channel: Channel) -> bool:
        return Permission.VIEW_CHANNEL in self.permissions(user_id, channel)

    # -- messages ---------------------------------------------------------------------------------------------------

    def add_message(self, message: Message) -> Message:
        channel = self.channels[message.channel_id]
        channel.messages[message.id] = message
        channel.last_message_id = message.id
        while len(channel.messages) > MESSAGES_KEPT:
            del channel.messages[next(iter(channel.messages))]
        if isinstance(channel, Thread):
            channel.message_count += message.id != channel.id
        self.tell(Kind.MESSAGE_CREATE, message, channel.guild_id)
        return message

    def say(self, user: User, channel: Channel, content: str) -> Message:
        """Have a person write a plain message."""
        return self.add_message(Message(self.new_id(), channel.id, user.id, self.now(), content))

    def message_changed(self, message: Message) -> None:
        self.tell(Kind.MESSAGE_UPDATE, message, self.channels[message.channel_id].guild_id)

    def delete_message(self, message: Message) -> None:
        channel = self.channels[message.channel_id]
        del channel.messages[message.id]
        self.tell(Kind.MESSAGE_DELETE, message, channel.guild_id)

    def remember_nonce(self, nonce: str, message: Message) -> None:
        self.nonces[nonce] = (message.channel_id, message.id, self.now())
        _keep(self.nonces, NONCES_KEPT)

    def sent_with(self, nonce: str) -> tuple[int, int] | None:
        """The channel and id of the message that was sent with this nonce in the past few minutes."""
        known = self.nonces.get(nonce)
        if known is None or self.now() - known[2] > NONCE_LIFE:
            return None
        return known[:2]

    def keep_file(self, file_id: int, content: bytes) -> None:
        self.files[file_id] = content
        _keep(self.files, FILES_KEPT)

    # -- commands and interactions ----------------------------------------------------------------------------------

    def commands_in(self, guild_id: int | None) -> list[Json]:
        """The commands that can be used in a guild, or in direct messages."""
        return [*self.global_commands, *(self.guild_commands.get(guild_id, []) if guild_id else [])]

    def register(self, commands: list[Json], guild_id: int | None) -> None:
        if guild_id is None:
            self.global_commands = commands
        else:
            self.guild_commands[guild_id] = commands
        self.registrations += 1
        self.tell(Kind.COMMANDS, commands, guild_id)

    def add_interaction(self, interaction: Interaction) -> None:
        self.interactions[interaction.id] = interaction
        _keep(self.interactions, INTERACTIONS_KEPT)
        self.tell(Kind.INTERACTION_CREATE, interaction, interaction.guild_id)

    def interaction_changed(self, interaction: Interaction) -> None:
        self.tell(Kind.INTERACTION_UPDATE, interaction, interaction.guild_id)

    def set_bot_online(self, online: bool) -> None:
        self.bot_online = online
        self.tell(Kind.BOT, online)


def is_private(message: Message) -> bool:
    """Whether only one person sees the message."""
    return MessageFlag.EPHEMERAL in message.flags


def _overwrite_for(whom: Role | Member) -> Overwrite:
    if isinstance(whom, Role):
        return Overwrite(whom.id, Whose.ROLE)
    return Overwrite(whom.user_id, Whose.MEMBER)


def _keep(kept: OrderedDict[Any, Any], most: int) -> None:
    while len(kept) > most:
        kept.popitem(last=False)

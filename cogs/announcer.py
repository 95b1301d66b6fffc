"""The announcer: delivery's `Sender` on discord.py."""

import re
from collections.abc import AsyncIterator, Iterable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final, Self, TypeVar, cast

import discord
from discord import ui
from discord.http import Route, handle_message_parameters

from bot.client import ONLY_ADMINS, RecapClient
from bot.delivery.marks import notice_nonce, parse_post_mark, post_nonce
from bot.delivery.sender import (
    CannotLook,
    Carded,
    Created,
    Done,
    Edited,
    Looked,
    NothingToDo,
    NotNow,
    NotThere,
    Ran,
    Refusal,
    Said,
    Sent,
    Spoken,
    Unknown,
    Unsaid,
)
from bot.recaps.card import Card, CardOptions, make_card
from bot.recaps.model import ChannelId, GuildId, MessageId, PostId, Recap, RoleId
from bot.recaps.spoilers import visible
from bot.store.errands import Errand, ErrandKind
from bot.store.notices import Notice
from bot.store.posts import Order
from bot.texts import N_, Language, Text, short, spoken, spoken_in
from cogs.changes import Changes
from cogs.destinations import (
    CREATE_THREADS,
    READ_HISTORY,
    VIEW_CHANNEL,
    Destination,
    as_destination,
    forum_tags,
    missing_permissions,
)
from cogs.discord_answers import ONLY_ONCE, answer
from cogs.views import answered, born_view, card_view

T = TypeVar("T")

NOBODY: Final = discord.AllowedMentions.none()
#: How far our clock and Discord's may differ.
CLOCKS_DIFFER: Final = timedelta(minutes=10)
#: How many messages are looked through for a post. A busier channel counts as one that cannot be read.
LOOKED_THROUGH: Final = 1000
ARCHIVED_LOOKED_THROUGH: Final = 100
#: More roles than this are never united in practice, and each takes room in the line.
MOST_ROLES: Final = 20

_OUTAGE: Final = NotNow(60.0)
_ARCHIVED: Final = 50083
#: Published before, or has its thread.
_DONE_BEFORE: Final = {40033, 160004}


class Announcer:
    """Sends posts as messages and forum posts, finds them again, and turns them into cards."""

    def __init__(self, client: RecapClient) -> None:
        self._client = client
        self._instance = client.store.instance

    # -- creating ---------------------------------------------------------------------------------------------------

    async def create(self, order: Order) -> Created:
        """Create the message, with the post's own nonce."""
        with spoken_in(self._client.language_of(order.guild)):
            return await self._create(order)

    async def _create(self, order: Order) -> Created:
        channel = self._channel(order)
        if isinstance(channel, Refusal | NotNow):
            return channel
        if channel is not None and (missing := _missing_to_post(channel)):
            # Asking would cost one of the refusals that Discord counts before it bans.
            return Refusal(403, 50013, tuple(missing))
        if isinstance(channel, discord.ForumChannel):
            created = await answer(self._create_forum_post(order, channel))
        else:
            created = await answer(self._create_message(order))
        return _explained(created, channel)

    async def _create_message(self, order: Order) -> Sent:
        place = self._client.get_partial_messageable(order.channel, guild_id=order.guild)
        first = self._first(order)
        message = await place.send(
            **first,
            nonce=post_nonce(self._instance, order.post),
            suppress_embeds=True,
            allowed_mentions=self._pings(order),
        )
        return Sent(MessageId(message.id), is_card="content" not in first)

    async def _create_forum_post(self, order: Order, forum: discord.ForumChannel) -> Sent:
        first = self._first(order)
        thread = {
            "name": _card(order).thread_title,
            "auto_archive_duration": forum.default_auto_archive_duration,
            "applied_tags": [str(tag.id) for tag in forum_tags(forum, order.forum_tag)],
        }
        with handle_message_parameters(
            **first,
            flags=discord.MessageFlags(suppress_embeds=True),
            allowed_mentions=self._pings(order),
            channel_payload=thread,
        ) as params:
            route = Route("POST", "/channels/{channel_id}/threads", channel_id=forum.id)
            made: Any = await self._client.http.request(
                route, json=params.payload, params={"use_nested_fields": 1}, files=ONLY_ONCE
            )
        thread_id = int(made["id"])
        return Sent(MessageId(thread_id), ChannelId(thread_id), is_card="content" not in first)

    def _first(self, order: Order) -> dict[str, Any]:
        """What the message is born as. Only a creation pings, so one that pings is born with a line."""
        card, roles = _card(order), self._roles(order)
        if not order.push and not roles:
            return {"view": card_view(card, self._instance, order.post)}
        mentions = "".join(f" <@&{role}>" for role in roles)
        return {"content": f"{card.line}{mentions}", "view": born_view(card, self._instance, order.post)}

    def _roles(self, order: Order) -> list[RoleId]:
        """Whom it mentions: roles that are still there, and never everyone."""
        guild = self._client.get_guild(order.guild)
        known = ((role, guild.get_role(role)) for role in order.roles) if guild else ()
        return [role for role, it in known if it is not None and not it.is_default()][:MOST_ROLES]

    def _pings(self, order: Order) -> discord.AllowedMentions:
        roles = [discord.Object(role) for role in self._roles(order)]
        return discord.AllowedMentions(everyone=False, users=False, replied_user=False, roles=roles)

    # -- finding ----------------------------------------------------------------------------------------------------

    async def find(self, order: Order) -> Looked:
        """Look for the message in its channel, by the post's mark on its button."""
        channel: Destination | Refusal | NotNow | Unknown | None = self._channel(order)
        if channel is None:
            channel = await answer(self._fetch_channel(order))
        if isinstance(channel, Refusal | NotNow | Unknown):
            return channel
        in_forum = isinstance(channel, discord.ForumChannel)
        if channel is None or {VIEW_CHANNEL, READ_HISTORY} & set(missing_permissions(channel)):
            return CannotLook(has_nonce=not in_forum)
        found: Looked
        if isinstance(channel, discord.ForumChannel):
            found = await answer(self._find_forum_post(order, channel))
        else:
            found = await answer(self._find_message(order))
        return _explained(found, channel)

    async def _find_message(self, order: Order) -> Sent | NotThere | CannotLook:
        place = self._client.get_partial_messageable(order.channel, guild_id=order.guild)
        seen = 0
        async for message in place.history(after=_sent_after(order), limit=LOOKED_THROUGH):
            seen += 1
            if self._is_ours(message, order):
                return Sent(MessageId(message.id))
        return NotThere() if seen < LOOKED_THROUGH else CannotLook()

    async def _find_forum_post(self, order: Order, forum: discord.ForumChannel) -> Sent | NotThere:
        async for thread in self._own_threads(forum, since=_sent_after(order)):
            try:
                starter = await thread.fetch_message(thread.id)
            except discord.NotFound:
                continue
            if self._is_ours(starter, order):
                return Sent(MessageId(thread.id), ChannelId(thread.id))
        return NotThere()

    async def _own_threads(self, forum: discord.ForumChannel, *, since: datetime) -> AsyncIterator[discord.Thread]:
        first = discord.utils.time_snowflake(since)
        for thread in await forum.guild.active_threads():
            if thread.parent_id == forum.id and self._is_own(thread) and thread.id >= first:
                yield thread
        async for thread in forum.archived_threads(limit=ARCHIVED_LOOKED_THROUGH):
            if self._is_own(thread) and thread.id >= first:
                yield thread

    def _is_own(self, thread: discord.Thread) -> bool:
        return self._client.user is not None and thread.owner_id == self._client.user.id

    def _is_ours(self, message: discord.Message, order: Order) -> bool:
        marks = (parse_post_mark(custom_id) for custom_id in _custom_ids(message.components))
        return any(mark is not None and mark.instance == self._instance and mark.post == order.post for mark in marks)

    # -- editing ----------------------------------------------------------------------------------------------------

    async def edit(self, order: Order) -> Carded:
        """Turn the message into its card, or into its newest version."""
        channel = self._channel(order)
        if isinstance(channel, Refusal | NotNow):
            return channel
        with spoken_in(self._client.language_of(order.guild)):
            edited = await answer(self._edit(order))
            if isinstance(edited, Refusal) and edited.code == _ARCHIVED:
                edited = await answer(self._edit_archived(order))
        return _explained(edited, channel)

    async def _edit(self, order: Order) -> Edited:
        place = self._client.get_partial_messageable(order.thread or order.channel, guild_id=order.guild)
        message = place.get_partial_message(order.message or 0)
        # Without `allowed_mentions` an edit would let Discord parse every mention in the card anew.
        await message.edit(
            content=None,
            embeds=[],
            attachments=[],
            view=card_view(_card(order), self._instance, order.post),
            allowed_mentions=NOBODY,
        )
        return Edited()

    async def _edit_archived(self, order: Order) -> Edited:
        thread = await self._client.fetch_channel(order.thread or order.channel)
        if isinstance(thread, discord.Thread) and not thread.locked:
            await thread.edit(archived=False)
        return await self._edit(order)

    # -- errands ----------------------------------------------------------------------------------------------------

    async def run(self, errand: Errand) -> Ran:
        """Publish a card, or open the thread below it."""
        channel = self._channel(errand.order)
        if isinstance(channel, Refusal | NotNow):
            return channel
        if not isinstance(channel, discord.TextChannel):
            # Threads and forum posts have neither; what is not known here is one of them.
            return NothingToDo()
        if errand.kind is ErrandKind.PUBLISH:
            return await self._publish(errand.order, channel)
        with spoken_in(self._client.language_of(errand.order.guild)):
            return await self._open_thread(errand.order, channel)

    async def _publish(self, order: Order, channel: discord.TextChannel) -> Ran:
        if not channel.is_news():
            return NothingToDo()
        message = channel.get_partial_message(order.message or 0)
        return _explained(_done(await answer(message.publish())), channel)

    async def _open_thread(self, order: Order, channel: discord.TextChannel) -> Ran:
        if not channel.permissions_for(channel.guild.me).create_public_threads:
            return Refusal(403, 50013, (CREATE_THREADS,))
        message = channel.get_partial_message(order.message or 0)
        minutes = cast("Any", order.thread_minutes)
        opened = await answer(message.create_thread(name=_card(order).thread_title, auto_archive_duration=minutes))
        return _explained(_done(opened), channel)

    # -- notices ----------------------------------------------------------------------------------------------------

    async def say(self, notice: Notice) -> Spoken:
        """Say a notice in the server's notice channel, else to whoever subscribed, in a direct message."""
        guild = self._client.get_guild(notice.guild)
        if guild is None:
            return Unsaid()
        with spoken_in(self._client.language_of(notice.guild)):
            return await self._say_in(guild, notice)

    async def _say_in(self, guild: discord.Guild, notice: Notice) -> Spoken:
        if notice.channel is not None:
            place = self._client.get_partial_messageable(notice.channel, guild_id=notice.guild)
            said = await answer(self._say(place, str(notice.text), notice))
            if not isinstance(said, Refusal):
                return NotNow() if isinstance(said, Unknown) else said
        if notice.user is None:
            return Unsaid()
        said = await answer(self._say_directly(guild, notice))
        if isinstance(said, Said | NotNow):
            return said
        return Unsaid() if isinstance(said, Refusal) else NotNow()

    async def _say_directly(self, guild: discord.Guild, notice: Notice) -> Said:
        direct = await self._client.create_dm(discord.Object(notice.user or 0))
        return await self._say(direct, f"**{visible(guild.name, 100)}**: {notice.text}", notice)

    async def _say(self, place: discord.abc.Messageable, text: str, notice: Notice) -> Said:
        await place.send(
            text,
            nonce=notice_nonce(self._instance, notice.id),
            view=_again_view(self._instance, notice.post),
            allowed_mentions=NOBODY,
            suppress_embeds=True,
        )
        return Said()

    # -- destinations -----------------------------------------------------------------------------------------------

    def _channel(self, order: Order) -> Destination | Refusal | NotNow | None:
        """The destination as far as it is known here; an archived thread, for one, is not."""
        if not self._client.is_ready():
            return _OUTAGE
        guild = self._client.get_guild(order.guild)
        if guild is None:
            return Refusal(404, 10004)
        if guild.unavailable:
            return _OUTAGE
        return as_destination(guild.get_channel_or_thread(order.channel))

    async def _fetch_channel(self, order: Order) -> Destination | None:
        return as_destination(await self._client.fetch_channel(order.channel))


def _explained(given: T, channel: Destination | None) -> T | Refusal:
    """An answer; a refusal for want of permissions names them."""
    if isinstance(given, Refusal) and given.code in {50001, 50013} and channel is not None:
        return Refusal(given.status, given.code, tuple(missing_permissions(channel)))
    return given


def _done(given: object) -> Ran:
    """An errand that was done before is done."""
    if isinstance(given, Refusal):
        return Done() if given.code in _DONE_BEFORE else given
    return given if isinstance(given, NotNow | Unknown) else Done()


def _card(order: Order) -> Card:
    return _made(spoken(), order.recap, CardOptions(spoilers=order.spoilers), order.siblings)


@lru_cache(maxsize=64)
def _made(_spoken: Language, recap: Recap, options: CardOptions, siblings: tuple[Recap, ...]) -> Card:
    # A recap goes to thousands of channels: its card is made once in each language, not once for each.
    return make_card(recap, options, siblings=siblings)


def _missing_to_post(channel: Destination) -> list[Text]:
    missing = missing_permissions(channel)
    return missing if set(missing) - {READ_HISTORY} else []


def _sent_after(order: Order) -> datetime:
    return (order.claimed_at or order.queued_at) - CLOCKS_DIFFER


def _custom_ids(components: Iterable[Any]) -> Iterable[str]:
    for component in components:
        if isinstance(component, discord.Button) and component.custom_id:
            yield component.custom_id
        yield from _custom_ids(getattr(component, "children", ()))


# -- buttons ----------------------------------------------------------------------------------------------


class PostAgain(ui.DynamicItem[ui.Button[Any]], template=r"again:(?P<instance>[0-9a-z]{1,32}):p(?P<post>[0-9]{1,18})"):
    """The button of a notice about a post that may have arrived or not: only somebody who looks can tell."""

    def __init__(self, instance: str, post: PostId) -> None:
        super().__init__(ui.Button(label=short("Post again"), custom_id=f"again:{instance}:p{post}"))
        self.instance = instance
        self.post = post

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(match["instance"], PostId(int(match["post"])))

    async def callback(self, interaction: discord.Interaction[RecapClient]) -> None:  # type: ignore[override]
        await answered(interaction, self._post_again(interaction))

    async def _post_again(self, interaction: discord.Interaction[RecapClient]) -> None:
        # In a server anybody may see the button; a direct message has only the reader it was meant for.
        if interaction.guild_id is not None and not interaction.permissions.manage_guild:
            await interaction.response.send_message(ONLY_ADMINS, ephemeral=True)
            return
        store, now = interaction.client.store, interaction.client.clock()
        guild = None if interaction.guild_id is None else GuildId(interaction.guild_id)
        queued = False
        if self.instance == store.instance:
            async with store.transaction() as unit:
                queued = await unit.posts.post_again(self.post, now, guild=guild)
        sentence = N_("It is on its way.") if queued else N_("It is there already, or no longer known.")
        await interaction.response.send_message(sentence, ephemeral=True)


def _again_view(instance: str, post: PostId | None) -> ui.View:
    view = ui.View(timeout=None)
    if post is not None:
        view.add_item(PostAgain(instance, post))
    return view


async def setup(client: RecapClient) -> None:
    client.sender = Announcer(client)
    client.add_dynamic_items(PostAgain)
    await client.add_cog(Changes(client))

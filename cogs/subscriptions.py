"""What admins use: `/subscribe`, `/unsubscribe`, `/subscriptions`."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

import discord
from discord import app_commands, ui
from discord.app_commands import locale_str
from discord.ext import commands

from bot.client import RecapClient
from bot.recaps.card import CardOptions, SpoilerMode, make_card, reference
from bot.recaps.model import ChannelId, FeedId, GuildId, Recap, RecapId, RoleId, ShowId, SubscriptionId, UserId
from bot.recaps.shows import Certainty, Hit
from bot.recaps.spoilers import Markup, plain, visible
from bot.store.store import Unit
from bot.store.subscriptions import MOST_SUBSCRIPTIONS, Subscription, SubscriptionDraft
from bot.texts import N_, Text, _, spoken_in
from cogs.admin import NEVER_EVERYONE, guild_of, say, unheard
from cogs.destinations import Destination, as_destination
from cogs.options import (
    CHOICE_LIMIT,
    EVERY,
    Choice,
    UnclearShow,
    UnknownShow,
    choices,
    picked,
    show_value,
    suggest_show_or_every,
    understand_show,
)
from cogs.setting_fields import PLACES_OF_PLOT, Menu
from cogs.subscription_texts import TOO_MANY, about, confirmation, few_left, no_ping, pings, place_name, title_of
from cogs.subscription_views import (
    ChooseShow,
    EditSubscription,
    EndSubscription,
    PostHere,
    RemoveSubscription,
    SendTest,
    SubscribeHere,
    SubscriptionMenu,
    SubscriptionPage,
    SubscriptionRole,
    list_view,
    options_view,
    question_view,
)
from cogs.trial import post_trial, trial_view
from cogs.views import Interaction, preview_view, text_view

LONGEST_DELAY: Final = 7 * 24 * 60
NOWHERE: Final = N_(
    "Posts can go to text channels, announcement channels, threads and forums. Name one with `channel:`."
)
NAMELESS: Final = N_("Name a show, or pick *Every show* from the suggestions.")
AN_ADDRESS: Final = N_(
    "That is an address, and not the name of a show. `/feeds add` reads the site, and then posts its recaps."
)
_ADDRESS: Final = re.compile(r"https?://|www\.", re.IGNORECASE)
#: So many shows are offered for one that is not known.
NEAREST: Final = 3
UNKNOWN_SHOW: Final = N_("That show is not known here. Pick one from the suggestions, or type its name.")
CHANNEL_GONE: Final = N_(
    "I cannot find that channel: it is gone, or an archived thread. `/subscribe` takes another one."
)
NOTHING_THERE: Final = N_(
    "Nothing is subscribed to in that channel any more: it was removed, or the channel is gone. "
    "`/subscribe` begins again."
)
FEED_GONE: Final = N_("That feed is not read here any more. `/subscribe` takes another one, or all of them.")
NO_SUBSCRIPTION: Final = N_("There is no such subscription here. `/subscriptions` lists them.")


@app_commands.guild_only()
class Subscriptions(commands.Cog):
    """Who gets what, where."""

    def __init__(self, bot: RecapClient) -> None:
        self._store = bot.store
        self._directory = bot.directory
        self._clock = bot.clock

    @app_commands.command(description=locale_str("Post the recaps of a show here, or in another channel"))
    @app_commands.describe(
        show=locale_str("The show, or every show"),
        channel=locale_str("Where to post (default: here)"),
        feed=locale_str("Only from this feed"),
        role=locale_str("Mention this role with each post"),
        spoilers=locale_str("Where the plot is (default: as the server has set it)"),
        delay=locale_str("Minutes to wait after a recap is published"),
    )
    @app_commands.choices(
        spoilers=[Choice(name=locale_str(place.message), value=mode.value) for mode, place in PLACES_OF_PLOT]
    )
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def subscribe(
        self,
        interaction: Interaction,
        show: app_commands.Range[str, 1, 100],
        channel: discord.TextChannel | discord.ForumChannel | discord.Thread | None = None,
        feed: app_commands.Range[str, 1, 100] | None = None,
        role: discord.Role | None = None,
        spoilers: Choice | None = None,
        delay: app_commands.Range[int, 0, LONGEST_DELAY] | None = None,
    ) -> None:
        destination = channel or as_destination(interaction.channel)
        if destination is None:
            await say(interaction, NOWHERE)
            return
        if role is not None and role.is_default():
            await say(interaction, NEVER_EVERYONE)
            return
        guild = GuildId(destination.guild.id)
        feed_id = await self._feed(guild, feed)
        if feed is not None and feed_id is None:
            no_feed = _(
                "There is no feed called “{typed}” here. Pick one from the suggestions.", typed=visible(feed, 60)
            )
            await say(interaction, no_feed)
            return
        draft = SubscriptionDraft(
            guild=guild,
            channel=ChannelId(destination.id),
            show=None,
            feed=feed_id,
            role=None if role is None else RoleId(role.id),
            spoilers=None if spoilers is None else SpoilerMode(spoilers.value),
            delay=None if delay is None else timedelta(minutes=delay),
            created_by=UserId(interaction.user.id),
        )
        await self._subscribe_to(interaction, show, draft, destination)

    @app_commands.command(description=locale_str("Stop posting the recaps of a subscription"))
    @app_commands.describe(subscription=locale_str("Which one"))
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def unsubscribe(self, interaction: Interaction, subscription: app_commands.Range[str, 1, 100]) -> None:
        known = await self._named(guild_of(interaction), subscription)
        if known is None:
            await say(interaction, NO_SUBSCRIPTION)
        else:
            await self.remove(interaction, known.id)

    @app_commands.command(description=locale_str("What is posted where, when it last was, and what is waiting"))
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def subscriptions(self, interaction: Interaction) -> None:
        guild = guild_of(interaction)
        async with self._store.reading() as unit:
            active = await unit.subscriptions.of_guild(guild)
        notices = await unheard(self._store, self._clock, guild)
        await _answer(interaction, list_view(active, notices, self._clock(), interaction.guild))

    @subscribe.autocomplete("show")
    async def _suggest_show(self, interaction: Interaction, typed: str) -> list[Choice]:
        return await suggest_show_or_every(interaction, typed)

    @subscribe.autocomplete("feed")
    async def _suggest_feed(self, interaction: Interaction, typed: str) -> list[Choice]:
        async with self._store.reading() as unit:
            feeds = await unit.feeds.seen_by(guild_of(interaction))
        wanted = typed.strip().casefold()
        return choices((feed.name, f"feed:{feed.id}") for feed in feeds if wanted in feed.name.casefold())

    @unsubscribe.autocomplete("subscription")
    async def _suggest_subscription(self, interaction: Interaction, typed: str) -> list[Choice]:
        async with self._store.reading() as unit:
            active = await unit.subscriptions.of_guild(guild_of(interaction))
        wanted = typed.strip().casefold()
        named = [(_label(interaction, each.subscription), f"sub:{each.subscription.id}") for each in active]
        return choices((label, value) for label, value in named if wanted in label.casefold())

    async def subscribe_here(self, interaction: Interaction, show: ShowId) -> None:
        """Subscribe the channel at hand to a show that somebody looked up."""
        guild, channel = guild_of(interaction), as_destination(interaction.channel)
        if channel is None:
            await say(interaction, NOWHERE)
        elif show not in await self._directory.seen(guild):
            await say(interaction, UNKNOWN_SHOW)
        else:
            user = UserId(interaction.user.id)
            draft = SubscriptionDraft(guild=guild, channel=ChannelId(channel.id), show=show, created_by=user)
            await _answer(interaction, await self._subscribed(draft, channel))

    async def follow(self, interaction: Interaction, show: str, draft: SubscriptionDraft) -> None:
        """Subscribe to the show that was chosen, unless what else was asked for is gone by now."""
        guild = interaction.guild
        channel = as_destination(guild and guild.get_channel_or_thread(draft.channel))
        if guild is None or channel is None:
            await _conclude(interaction, text_view(Markup(str(CHANNEL_GONE))))
            return
        if draft.feed is not None and await self._feed(draft.guild, f"feed:{draft.feed}") is None:
            await _conclude(interaction, text_view(Markup(str(FEED_GONE))))
            return
        chosen = await self._show_of(interaction, show)
        if chosen is None:
            await _conclude(interaction, text_view(Markup(str(UNKNOWN_SHOW))))
            return
        role = draft.role if guild.get_role(draft.role or 0) else None
        await _conclude(interaction, await self._subscribed(replace(draft, show=chosen, role=role), channel))

    async def remove(self, interaction: Interaction, subscription: SubscriptionId) -> None:
        """Unsubscribe, and say what no longer comes."""
        await say(interaction, await self._remove(guild_of(interaction), subscription))

    async def end(self, interaction: Interaction, subscription: SubscriptionId) -> None:
        """Unsubscribe, and go back to the list."""
        note = await self._remove(guild_of(interaction), subscription)
        await self._show_list(interaction, 0, [Markup(note)])

    async def _remove(self, guild: GuildId, subscription: SubscriptionId) -> str:
        async with self._store.transaction() as unit:
            known = await unit.subscriptions.get(guild, subscription)
            removed = await unit.subscriptions.remove(guild, subscription, self._clock())
        if known is None or not removed:
            return str(NO_SUBSCRIPTION)
        return _("{show} is no longer posted in {channel}.", show=about(known), channel=f"<#{known.channel}>")

    async def show_page(self, interaction: Interaction, page: int) -> None:
        """Turn to a page of the list."""
        await self._show_list(interaction, page)

    async def edit(self, interaction: Interaction, subscription: SubscriptionId) -> None:
        """Show what can be changed of a subscription."""
        await self._show_one(interaction, subscription)

    async def choose(
        self, interaction: Interaction, subscription: SubscriptionId, menu: Menu[Subscription], value: str
    ) -> None:
        await self._change(interaction, subscription, lambda it: menu.write(it, value))

    async def mention(self, interaction: Interaction, subscription: SubscriptionId, role: RoleId | None) -> None:
        """Mention this role from now on; never everyone."""
        known = interaction.guild and interaction.guild.get_role(role or 0)
        if known and known.is_default():
            await self._change(interaction, subscription, lambda it: it, NEVER_EVERYONE)
            return
        note = no_ping(known) if known and not pings(known) else None
        await self._change(interaction, subscription, lambda it: replace(it, role=role), note)

    async def _change(
        self,
        interaction: Interaction,
        subscription: SubscriptionId,
        change: Callable[[Subscription], Subscription],
        note: Text | None = None,
    ) -> None:
        async with self._store.transaction() as unit:
            await unit.subscriptions.change(guild_of(interaction), subscription, change, self._clock())
        await self._show_one(interaction, subscription, [Markup(str(note))] if note else [])

    async def _show_one(
        self, interaction: Interaction, subscription: SubscriptionId, notes: Sequence[Markup] = ()
    ) -> None:
        async with self._store.reading() as unit:
            active = await unit.subscriptions.of_guild(guild_of(interaction))
        chosen = next((each for each in active if each.subscription.id == subscription), None)
        if chosen is None:
            await self._show_list(interaction, 0, [Markup(str(NO_SUBSCRIPTION))])
        else:
            await interaction.response.edit_message(view=options_view(chosen, self._clock(), interaction.guild, notes))

    async def _show_list(self, interaction: Interaction, page: int, notes: Sequence[Markup] = ()) -> None:
        async with self._store.reading() as unit:
            active = await unit.subscriptions.of_guild(guild_of(interaction))
        await interaction.response.edit_message(view=list_view(active, notes, self._clock(), interaction.guild, page))

    async def post_here(self, interaction: Interaction, recap: RecapId, channel: ChannelId) -> None:
        """Queue one recap that an admin saw in a preview."""
        guild = guild_of(interaction)
        async with self._store.transaction() as unit:
            known = await unit.recaps.get(guild, recap)
            active = await unit.subscriptions.exists_in(guild, channel)
            queued = known and active and await unit.announcements.post_here(known, guild, channel, self._clock())
        if known is None:
            await say(interaction, _("This recap is not available here any more."))
            return
        if not active:
            await say(interaction, NOTHING_THERE)
            return
        named = {"recap": reference(known), "channel": f"<#{channel}>"}
        if queued is None:
            await say(interaction, _("{recap} has a post in {channel} already.", **named))
        else:
            await say(interaction, _("{recap} is on its way to {channel}.", **named))

    async def send_test(self, interaction: Interaction, subscription: SubscriptionId) -> None:
        """Show everybody in a subscription's channel how its posts will look."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        sentence = await self._sent_test(interaction, subscription)
        await interaction.edit_original_response(content=str(sentence))

    async def _sent_test(self, interaction: Interaction, subscription: SubscriptionId) -> Text | str:
        guild = guild_of(interaction)
        async with self._store.reading() as unit:
            known = await unit.subscriptions.get(guild, subscription)
            if known is None:
                return NO_SUBSCRIPTION
            settings = await unit.guilds.settings(guild)
            latest = await self._latest(unit, known)
        channel = as_destination(interaction.guild and interaction.guild.get_channel_or_thread(known.channel))
        if channel is None:
            return CHANNEL_GONE
        with spoken_in(interaction.client.language_of(guild)):
            view = trial_view(latest, about(known), known.spoilers or settings.spoilers)
            posted = await post_trial(channel, view, tag=settings.forum_tag)
        if isinstance(posted, Text):
            return posted
        # In a forum it is a thread of its own.
        return _("A test post is in {channel}.", channel=f"<#{posted.channel.id}>")

    async def _subscribe_to(
        self, interaction: Interaction, show: str, draft: SubscriptionDraft, channel: Destination
    ) -> None:
        if show.strip().casefold() in {EVERY, "every show", _("Every show").casefold()}:
            await _answer(interaction, await self._subscribed(draft, channel))
            return
        if not plain(show, CHOICE_LIMIT):
            await say(interaction, NAMELESS)
            return
        if _ADDRESS.match(show.strip()):
            await say(interaction, AN_ADDRESS)
            return
        found = await understand_show(interaction, show)
        if isinstance(found, Hit):
            await _answer(interaction, await self._subscribed(replace(draft, show=found.key), channel))
            return
        if picked(show, "show") is not None:
            await say(interaction, UNKNOWN_SHOW)
            return
        shipped = self._directory.resolve_shipped(show)
        if shipped.certainty is Certainty.EXACT and shipped.show is not None:
            known = await self._ensured(shipped.show.title)
            await _answer(interaction, await self._subscribed(replace(draft, show=known), channel))
            return
        nearest = {hit.title: show_value(hit.key) for hit in _candidates(found)}
        for hit in shipped.candidates:
            nearest.setdefault(hit.title, hit.title)
        await _answer(interaction, question_view(show, choices(nearest.items())[:NEAREST], draft))

    async def _show_of(self, interaction: Interaction, chosen: str) -> ShowId | None:
        """The show that was chosen from a question; None where it was picked and is no longer known here."""
        if picked(chosen, "show") is None:
            return await self._ensured(chosen)
        found = await understand_show(interaction, chosen)
        return found.key if isinstance(found, Hit) else None

    async def _ensured(self, title: str) -> ShowId:
        """The show of this title, which may be one that nobody has recapped yet."""
        async with self._store.transaction() as unit:
            show = await unit.shows.ensure(title, self._clock())
        self._directory.learn(show, title)
        return show

    async def _subscribed(self, draft: SubscriptionDraft, channel: Destination) -> ui.LayoutView:
        """Subscribe, and what is to be said about it."""
        now = self._clock()
        async with self._store.transaction() as unit:
            await unit.guilds.join(draft.guild, now)
            count = await unit.subscriptions.count(draft.guild)
            if not await unit.subscriptions.has_room_for(draft):
                return text_view(Markup(str(TOO_MANY)))
            id_, new = await unit.subscriptions.save(draft, now)
            saved = await unit.subscriptions.get(draft.guild, id_)
            settings = await unit.guilds.settings(draft.guild)
            latest = await self._latest(unit, draft)
        assert saved is not None
        text = "\n".join(
            (
                *await unheard(self._store, self._clock, draft.guild),
                *confirmation(saved, channel, new=new),
                *few_left(MOST_SUBSCRIPTIONS - count - 1 if new else None),
            )
        )
        if latest is None:
            none_known = _("No recap of it is known yet, so there is no preview.")
            return text_view(Markup(f"{text}\n{none_known}"), rows=[ui.ActionRow(SendTest(id_))])
        card = make_card(latest, CardOptions(spoilers=saved.spoilers or settings.spoilers))
        would = _("This is how the latest known recap would look:")
        buttons = (PostHere(latest.id, draft.channel), SendTest(id_))
        return preview_view(Markup(f"{text}\n{would}"), card, *buttons)

    async def _latest(self, unit: Unit, draft: SubscriptionDraft) -> Recap | None:
        return next(
            iter(await unit.recaps.latest(draft.guild, show=draft.show, feed=draft.feed, limit=1)),
            None,
        )

    async def _feed(self, guild: GuildId, value: str | None) -> FeedId | None:
        if value is None:
            return None
        number, name = picked(value, "feed"), value.strip().casefold()
        async with self._store.reading() as unit:
            feeds = await unit.feeds.seen_by(guild)
        return next((feed.id for feed in feeds if feed.id == number or feed.name.casefold() == name), None)

    async def _named(self, guild: GuildId, value: str) -> Subscription | None:
        number = picked(value, "sub")
        async with self._store.reading() as unit:
            if number is not None:
                return await unit.subscriptions.get(guild, SubscriptionId(number))
            active = await unit.subscriptions.of_guild(guild)
        typed = value.strip().casefold()
        named = [each.subscription for each in active if title_of(each.subscription).casefold() == typed]
        return named[0] if len(named) == 1 else None


def _label(interaction: Interaction, it: Subscription) -> str:
    source = f" · {it.feed_name}" if it.feed_name else ""
    return f"{title_of(it)} → {place_name(it.channel, interaction.guild)}{source}"


def _candidates(problem: UnclearShow | UnknownShow) -> tuple[Hit[ShowId], ...]:
    return problem.candidates if isinstance(problem, UnclearShow) else problem.nearest


async def _answer(interaction: Interaction, view: ui.LayoutView) -> None:
    await interaction.response.send_message(view=view, ephemeral=True)


async def _conclude(interaction: Interaction, view: ui.LayoutView) -> None:
    """Answer a question in its place, so that nobody answers it again."""
    await interaction.response.edit_message(view=view)


async def setup(bot: RecapClient) -> None:
    bot.add_dynamic_items(
        ChooseShow,
        PostHere,
        SubscribeHere,
        RemoveSubscription,
        EditSubscription,
        SubscriptionMenu,
        SubscriptionRole,
        EndSubscription,
        SendTest,
        SubscriptionPage,
    )
    await bot.add_cog(Subscriptions(bot))

"""The feeds that a server adds for itself: `/feeds add`, `remove`, `list`, `preview`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

import discord
from discord import app_commands, ui
from discord.app_commands import locale_str
from discord.ext import commands

from bot.client import RecapClient
from bot.own_feeds import MOST_FEEDS, Refused, previewed
from bot.recaps.card import CardOptions, kind_text, make_card, reference
from bot.recaps.model import ChannelId, FeedId, GuildId, UserId
from bot.recaps.spoilers import Markup, visible
from bot.store.feeds import Feed, FeedHealth
from bot.store.subscriptions import Subscription, SubscriptionDraft
from bot.texts import N_, Text, _, ngettext, short
from bot.understanding import Understood
from cogs.admin import guild_of, say, unheard
from cogs.destinations import as_destination, missing_sentence
from cogs.feed_views import LONGEST_OPTION, ChooseFeed, FeedsPage, PostItsRecaps, RemoveFeed
from cogs.options import Choice, choices, picked
from cogs.subscription_texts import TOO_MANY
from cogs.views import Interaction, heading, text_view

#: Feeds on a page of `/feeds list`.
PAGE: Final = 10
STARTING: Final = N_("The bot is still starting, and cannot read feeds yet. Try again in a minute.")
NO_FEED: Final = N_("There is no such feed here. Pick one from the suggestions; `/feeds list` shows them all.")


@app_commands.guild_only()
@app_commands.default_permissions(manage_guild=True)
class Feeds(commands.GroupCog, group_name="feeds", group_description=locale_str("The feeds that this server reads")):
    """Which sites are read."""

    def __init__(self, bot: RecapClient) -> None:
        self._bot = bot
        self._store = bot.store
        self._clock = bot.clock

    @app_commands.command(description=locale_str("Read another site's feed, for this server alone"))
    @app_commands.describe(url=locale_str("The address of the site or of its feed"))
    async def add(self, interaction: Interaction, url: app_commands.Range[str, 3, 1000]) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        own = self._bot.own_feeds
        found = Refused(STARTING) if own is None else await own.find(guild_of(interaction), url)
        if isinstance(found, Refused):
            await _tell(interaction, found.sentence)
        elif len(found) == 1:
            await self._add(interaction, found[0])
        else:
            await _ask_which(interaction, found)

    @app_commands.command(description=locale_str("Stop reading a feed that this server has added"))
    @app_commands.describe(feed=locale_str("Which one"))
    async def remove(self, interaction: Interaction, feed: app_commands.Range[str, 1, 100]) -> None:
        health = await self._named(guild_of(interaction), feed)
        if health is None:
            await say(interaction, NO_FEED)
        elif not health.own:
            await say(
                interaction, _("This feed is one that every server sees. `/unsubscribe` ends what it posts here.")
            )
        else:
            ends = await self._subscriptions(guild_of(interaction), health.feed.id)
            row: ui.ActionRow[Any] = ui.ActionRow(RemoveFeed(health.feed.id))
            view = text_view(Markup(_what_goes(health.feed, ends)), rows=[row])
            await interaction.response.send_message(view=view, ephemeral=True)

    @app_commands.command(name="list", description=locale_str("The feeds that this server reads, and how they are"))
    async def show(self, interaction: Interaction) -> None:
        guild = guild_of(interaction)
        notices = await unheard(self._store, self._clock, guild)
        await interaction.response.send_message(view=await self._page(guild, 0, notices), ephemeral=True)

    @app_commands.command(description=locale_str("How the newest entries of a feed are understood; nothing is posted"))
    @app_commands.describe(feed=locale_str("Which one"))
    async def preview(self, interaction: Interaction, feed: app_commands.Range[str, 1, 100]) -> None:
        health = await self._named(guild_of(interaction), feed)
        if health is None:
            await say(interaction, NO_FEED)
            return
        await interaction.response.defer(ephemeral=True, thinking=True)
        own = self._bot.own_feeds
        understood = Refused(STARTING) if own is None else await own.preview(health.feed)
        if isinstance(understood, Refused):
            await _tell(interaction, understood.sentence)
        else:
            view = _preview(health.feed, understood, self._clock())
            await interaction.edit_original_response(view=view, allowed_mentions=discord.AllowedMentions.none())

    @remove.autocomplete("feed")
    async def _suggest_own(self, interaction: Interaction, typed: str) -> list[Choice]:
        return _suggestions([each for each in await self._health(guild_of(interaction)) if each.own], typed)

    @preview.autocomplete("feed")
    async def _suggest(self, interaction: Interaction, typed: str) -> list[Choice]:
        return _suggestions(await self._health(guild_of(interaction)), typed)

    async def add_found(self, interaction: Interaction, url: str) -> None:
        """Add the feed that was chosen from those of a site. The question goes, so that nobody answers it twice."""
        await interaction.response.edit_message(view=text_view(Markup(_("I am reading it …"))))
        await self._add(interaction, url)

    async def post_here(self, interaction: Interaction, feed: FeedId, channel: ChannelId) -> None:
        """Subscribe a channel to every show of a feed."""
        guild, destination = guild_of(interaction), as_destination(interaction.channel)
        if destination is None or destination.id != channel:
            await say(interaction, _("Posts cannot go here. `/subscribe` takes another channel."))
            return
        draft = SubscriptionDraft(
            guild=guild, channel=channel, show=None, feed=feed, created_by=UserId(interaction.user.id)
        )
        async with self._store.transaction() as unit:
            known = await unit.feeds.get(guild, feed)
            fits = await unit.subscriptions.has_room_for(draft)
            if known is not None and fits:
                await unit.subscriptions.save(draft, self._clock())
        if known is None:
            await say(interaction, NO_FEED)
            return
        if not fits:
            await say(interaction, TOO_MANY)
            return
        missing = missing_sentence(destination)
        sentence = _(
            "Every new recap of {feed} will be posted in {channel}. Nothing old is posted.",
            feed=_called(known),
            channel=f"<#{channel}>",
        )
        await say(interaction, f"{sentence}\n{missing}" if missing else sentence)

    async def remove_for_good(self, interaction: Interaction, feed: FeedId) -> None:
        """Remove a feed and the subscriptions to it."""
        guild, now = guild_of(interaction), self._clock()
        async with self._store.transaction() as unit:
            known = await unit.feeds.get(guild, feed)
            removed = await unit.feeds.remove_from_guild(guild, feed)
            if removed:
                for each in await unit.subscriptions.of_guild(guild):
                    if each.subscription.feed == feed:
                        await unit.subscriptions.remove(guild, each.subscription.id, now)
        if known is None or not removed:
            await say(interaction, NO_FEED)
        else:
            await say(interaction, _("{feed} is not read for this server any more.", feed=_called(known)))

    async def turn_to(self, interaction: Interaction, page: int) -> None:
        """Show another page of the list."""
        await interaction.response.edit_message(view=await self._page(guild_of(interaction), page))

    async def _add(self, interaction: Interaction, url: str) -> None:
        own = self._bot.own_feeds
        guild, user = guild_of(interaction), UserId(interaction.user.id)
        added = Refused(STARTING) if own is None else await own.add(guild, url, user)
        if isinstance(added, Refused):
            await _tell(interaction, added.sentence)
            return
        destination = as_destination(interaction.channel)
        here = [] if destination is None else [PostItsRecaps(added.feed, ChannelId(destination.id))]
        await _tell(
            interaction,
            N_(
                "**{feed}** is read from now on, for this server alone: feed {number} of {most}. "
                "Subscriptions to every feed include it; nothing old is posted.",
                feed=visible(added.name, 60),
                number=added.count,
                most=MOST_FEEDS,
            ),
            *here,
        )

    async def _page(self, guild: GuildId, page: int, notices: Sequence[Markup] = ()) -> ui.LayoutView:
        feeds = await self._health(guild)
        if not feeds:
            return text_view(*notices, Markup(_none_yet()))
        # The list may have become shorter since its page was offered.
        page = min(page, (len(feeds) - 1) // PAGE)
        shown = feeds[page * PAGE : (page + 1) * PAGE]
        turns = [FeedsPage(page - 1, short("Before"))] if page else []
        turns += [FeedsPage(page + 1, short("More"))] if len(feeds) > (page + 1) * PAGE else []
        rows: list[ui.ActionRow[Any]] = [ui.ActionRow(*turns)] if turns else []
        return text_view(*notices, _title(feeds), Markup("\n".join(map(_line, shown))), rows=rows)

    async def _health(self, guild: GuildId) -> list[FeedHealth]:
        async with self._store.reading() as unit:
            return await unit.feeds.health(guild)

    async def _named(self, guild: GuildId, value: str) -> FeedHealth | None:
        number, name = picked(value, "feed"), value.strip().casefold()
        feeds = await self._health(guild)
        return next((each for each in feeds if each.feed.id == number or each.feed.name.casefold() == name), None)

    async def _subscriptions(self, guild: GuildId, feed: FeedId) -> Sequence[Subscription]:
        async with self._store.reading() as unit:
            active = await unit.subscriptions.of_guild(guild)
        return [each.subscription for each in active if each.subscription.feed == feed]


async def _ask_which(interaction: Interaction, urls: Sequence[str]) -> None:
    """Ask which feed of a site is meant, after thinking."""
    fit = [url for url in urls if len(url) <= LONGEST_OPTION]
    which = ngettext(
        "This site has a feed. Shall I read it?", "This site has {count} feeds. Which one shall I read?", len(fit)
    )
    too_long = ngettext(
        "There is a feed whose address is too long for a menu. Give it to `/feeds add` itself.",
        "There are {count} feeds whose addresses are too long for a menu. Give one to `/feeds add` itself.",
        len(urls) - len(fit),
    )
    sentences = ([which] if fit else []) + ([too_long] if len(fit) < len(urls) else [])
    await _tell(interaction, "\n".join(sentences), *[ChooseFeed(fit)] if fit else [])


def _suggestions(feeds: Sequence[FeedHealth], typed: str) -> list[Choice]:
    wanted = typed.strip().casefold()
    return choices((each.feed.name, f"feed:{each.feed.id}") for each in feeds if wanted in each.feed.name.casefold())


def _none_yet() -> str:
    return _("There are no feeds yet. `/feeds add` takes the address of any site that publishes recaps.")


def _title(feeds: Sequence[FeedHealth]) -> Markup:
    own = sum(each.own for each in feeds)
    counts = _(
        "{own} of {most} of this server’s own, {shared} that every server sees",
        own=own,
        most=MOST_FEEDS,
        shared=len(feeds) - own,
    )
    title = heading(_("Feeds"))
    return Markup(f"{title}\n{counts}")


def _line(each: FeedHealth) -> Markup:
    """How a feed is: when it was read, when it is read next, and what went wrong."""
    parts = (
        _called(each.feed),
        _("own") if each.own else "",
        _("read {when}", when=_ago(each.succeeded_at)) if each.succeeded_at else _("not read yet"),
        "" if each.retired else _("next {when}", when=_ago(each.next_poll_at)),
    )
    wrong = f"\n-# ⚠️ {each.error}" if each.error else ""
    return Markup(f"{' · '.join(part for part in parts if part)}{wrong}")


def _what_goes(feed: Feed, ends: Sequence[Subscription]) -> str:
    if not ends:
        return _(
            "{feed} will not be read for this server any more. No subscription depends on it alone.",
            feed=_called(feed),
        )
    return ngettext(
        "{feed} will not be read for this server any more, and a subscription ends with it: {channels}.",
        "{feed} will not be read for this server any more, and {count} subscriptions end with it: {channels}.",
        len(ends),
        feed=_called(feed),
        channels=", ".join(f"<#{channel}>" for channel in dict.fromkeys(each.channel for each in ends)),
    )


def _preview(feed: Feed, understood: Sequence[Understood], now: datetime) -> ui.LayoutView:
    """The entries, a line each without any plot, and the card of the newest recap."""
    if not understood:
        return text_view(Markup(_("The feed of {feed} is empty at the moment.", feed=_called(feed))))
    lines = [_entry_line(each, feed, now) for each in understood]
    newest = next((each for each in understood if each.is_recap), None)
    are_understood = _("Its newest entries, as they are understood:")
    title = Markup(f"{heading(visible(feed.name, 60))}\n{are_understood}")
    if newest is None:
        return text_view(title, Markup("\n".join(lines)))
    card = make_card(previewed(newest, feed, now), CardOptions())
    would = Markup(_("The newest recap would look like this:"))
    return text_view(title, Markup("\n".join(lines)), would, *card.texts)


def _entry_line(each: Understood, feed: Feed, now: datetime) -> Markup:
    when = f" · {_ago(each.entry.published)}" if each.entry.published else ""
    if not each.is_recap:
        left_out = _("not about an episode, so it is left out")
        return Markup(f"– {left_out}{when}")
    recap = previewed(each, feed, now)
    return Markup(f"{kind_text(recap)} · {reference(recap)}{when}")


def _called(feed: Feed) -> Markup:
    return Markup(f"**{visible(feed.name, 60)}**")


def _ago(time: datetime) -> str:
    return f"<t:{int(time.timestamp())}:R>"


async def _tell(interaction: Interaction, sentence: Text | str, *items: ui.Item[Any]) -> None:
    """Answer after thinking, or in place of a question."""
    rows: list[ui.ActionRow[Any]] = [ui.ActionRow(*items)] if items else []
    await interaction.edit_original_response(view=text_view(Markup(str(sentence)), rows=rows))


async def setup(bot: RecapClient) -> None:
    bot.add_dynamic_items(PostItsRecaps, RemoveFeed, FeedsPage, ChooseFeed)
    await bot.add_cog(Feeds(bot))

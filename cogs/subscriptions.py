"""What admins use: `/subscribe`, `/unsubscribe`, `/subscriptions`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final, Self

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.client import RecapClient
from bot.recaps.card import CardOptions, SpoilerMode, make_card, reference
from bot.recaps.model import ChannelId, FeedId, GuildId, Recap, RecapId, RoleId, ShowId, SubscriptionId, UserId
from bot.recaps.shows import Certainty, Hit
from bot.recaps.spoilers import Markup, plain, visible
from bot.store.store import Unit
from bot.store.subscriptions import Subscription, SubscriptionActivity, SubscriptionDraft
from cogs.destinations import Destination, as_destination, can_ping, missing_sentence
from cogs.options import (
    EVERY,
    Choice,
    UnclearShow,
    UnknownShow,
    choices,
    picked,
    suggest_show_or_every,
    understand_show,
)
from cogs.views import Interaction, answered, preview_view, text_view

#: So long a question about an unknown show can be answered.
ASKING_SECONDS: Final = 600
LONGEST_DELAY: Final = 7 * 24 * 60
LISTED: Final = 25
NOWHERE: Final = "Posts can go to text channels, announcement channels, threads and forums. Name one with `channel:`."
NO_SUBSCRIPTION: Final = "There is no such subscription here. `/subscriptions` lists them."
NEW_TITLE_LIMIT: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A subscription as it was asked for, its show still to be understood."""

    draft: SubscriptionDraft
    channel: Destination
    role: discord.Role | None


@app_commands.guild_only()
class Subscriptions(commands.Cog):
    """Who gets what, where."""

    def __init__(self, bot: RecapClient) -> None:
        self._store = bot.store
        self._directory = bot.directory
        self._clock = bot.clock

    @app_commands.command(description="Post the recaps of a show here, or in another channel")
    @app_commands.describe(
        show="The show, or every show",
        channel="Where to post (default: here)",
        feed="Only from this feed",
        role="Mention this role with each post",
        spoilers="Where the plot is (default: as the server has set it)",
        delay="Minutes to wait after a recap is published",
    )
    @app_commands.choices(
        spoilers=[
            Choice(name="In the card, behind spoiler tags", value=SpoilerMode.TAGGED.value),
            Choice(name="Not in the channel, only behind Reveal", value=SpoilerMode.BUTTON.value),
        ]
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
            await _say(interaction, NOWHERE)
            return
        if role is not None and role.is_default():
            await _say(interaction, "Recaps never mention @everyone. Choose another role, or none.")
            return
        guild = GuildId(destination.guild.id)
        feed_id = await self._feed(guild, feed)
        if feed is not None and feed_id is None:
            await _say(
                interaction, f"There is no feed called “{visible(feed, 60)}” here. Pick one from the suggestions."
            )
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
        await self._subscribe_to(interaction, show, Request(draft=draft, channel=destination, role=role))

    @app_commands.command(description="Stop posting the recaps of a subscription")
    @app_commands.describe(subscription="Which one")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def unsubscribe(self, interaction: Interaction, subscription: app_commands.Range[str, 1, 100]) -> None:
        known = await self._named(_guild(interaction), subscription)
        if known is None:
            await _say(interaction, NO_SUBSCRIPTION)
        else:
            await self.remove(interaction, known.id)

    @app_commands.command(description="What is posted where, when it last was, and what is waiting")
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def subscriptions(self, interaction: Interaction) -> None:
        guild = _guild(interaction)
        async with self._store.reading() as unit:
            active = await unit.subscriptions.of_guild(guild)
        notices = await self._notices(guild)
        await interaction.response.send_message(view=_list_view(active, notices), ephemeral=True)

    @subscribe.autocomplete("show")
    async def _suggest_show(self, interaction: Interaction, typed: str) -> list[Choice]:
        return await suggest_show_or_every(interaction, typed)

    @subscribe.autocomplete("feed")
    async def _suggest_feed(self, interaction: Interaction, typed: str) -> list[Choice]:
        async with self._store.reading() as unit:
            feeds = await unit.feeds.seen_by(_guild(interaction))
        wanted = typed.strip().casefold()
        return choices((feed.name, f"feed:{feed.id}") for feed in feeds if wanted in feed.name.casefold())

    @unsubscribe.autocomplete("subscription")
    async def _suggest_subscription(self, interaction: Interaction, typed: str) -> list[Choice]:
        async with self._store.reading() as unit:
            active = await unit.subscriptions.of_guild(_guild(interaction))
        wanted = typed.strip().casefold()
        named = [(self._label(interaction, each.subscription), f"sub:{each.subscription.id}") for each in active]
        return choices((label, value) for label, value in named if wanted in label.casefold())

    async def subscribe_known(self, interaction: Interaction, title: str, request: Request) -> None:
        """Subscribe to the show of this title, which may be one that nobody has recapped yet."""
        async with self._store.transaction() as unit:
            show = await unit.shows.ensure(title, self._clock())
        self._directory.learn(show, title)
        await self._save(interaction, replace(request.draft, show=show), request)

    async def remove(self, interaction: Interaction, subscription: SubscriptionId) -> None:
        """Unsubscribe, and say what no longer comes."""
        guild = _guild(interaction)
        async with self._store.transaction() as unit:
            known = await unit.subscriptions.get(guild, subscription)
            removed = await unit.subscriptions.remove(guild, subscription, self._clock())
        if known is None or not removed:
            await _say(interaction, NO_SUBSCRIPTION)
        else:
            await _say(interaction, f"{_about(known)} is no longer posted in <#{known.channel}>.")

    async def post_here(self, interaction: Interaction, recap: RecapId, channel: ChannelId) -> None:
        """Queue one recap that an admin saw in a preview."""
        guild = _guild(interaction)
        if not interaction.permissions.manage_guild:
            await _say(interaction, "Only members who may manage this server can do that.")
            return
        async with self._store.transaction() as unit:
            known = await unit.recaps.get(guild, recap)
            if known is None or not await unit.subscriptions.exists_in(guild, channel):
                await _say(interaction, "This recap or this subscription is not available here any more.")
                return
            queued = await unit.announcements.post_here(known, guild, channel, self._clock())
        if queued is None:
            await _say(interaction, f"{reference(known)} has a post in <#{channel}> already.")
        else:
            await _say(interaction, f"{reference(known)} is on its way to <#{channel}>.")

    async def _subscribe_to(self, interaction: Interaction, show: str, request: Request) -> None:
        if show.strip().casefold() in {EVERY, "every show"}:
            await self._save(interaction, request.draft, request)
            return
        found = await understand_show(interaction, show)
        if isinstance(found, Hit):
            await self._save(interaction, replace(request.draft, show=found.key), request)
            return
        if picked(show, "show") is not None:
            await _say(interaction, "That show is not known here. Pick one from the suggestions, or type its name.")
            return
        shipped = self._directory.resolve_shipped(show)
        if shipped.certainty is Certainty.EXACT and shipped.show is not None:
            await self.subscribe_known(interaction, shipped.show.title, request)
            return
        nearest = [*(hit.title for hit in _candidates(found)), *(hit.title for hit in shipped.candidates)]
        nearest = list(dict.fromkeys(nearest))[:3]
        await _ask(interaction, show, nearest, AskShow(self, show, nearest, request))

    async def _save(self, interaction: Interaction, draft: SubscriptionDraft, request: Request) -> None:
        now = self._clock()
        async with self._store.transaction() as unit:
            await unit.guilds.join(draft.guild, now)
            id_, new = await unit.subscriptions.save(draft, now)
            saved = await unit.subscriptions.get(draft.guild, id_)
            settings = await unit.guilds.settings(draft.guild)
            latest = await self._latest(unit, draft)
        assert saved is not None
        text = "\n".join((*await self._notices(draft.guild), *_confirmation(saved, request, new=new)))
        if latest is None:
            await _answer(
                interaction, text_view(Markup(f"{text}\nNo recap of it is known yet, so there is no preview."))
            )
            return
        card = make_card(latest, CardOptions(spoilers=draft.spoilers or settings.spoilers))
        intro = Markup(f"{text}\nThis is how the latest known recap would look:")
        await _answer(interaction, preview_view(intro, card, PostHere(latest.id, draft.channel)))

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
        named = [each.subscription for each in active if _title(each.subscription).casefold() == typed]
        return named[0] if len(named) == 1 else None

    async def _notices(self, guild: GuildId) -> list[Markup]:
        """What the admins could not be told otherwise; it is said with this reply."""
        async with self._store.transaction(wakes=False) as unit:
            unsaid = await unit.notices.unsaid(guild)
            await unit.notices.mark_said([notice.id for notice in unsaid], self._clock())
        return [Markup(f"⚠️ {notice.text}") for notice in unsaid[-3:]]

    def _label(self, interaction: Interaction, subscription: Subscription) -> str:
        channel = interaction.guild and interaction.guild.get_channel_or_thread(subscription.channel)
        where = f"#{channel.name}" if channel else "a channel that is gone"
        source = f" · {subscription.feed_name}" if subscription.feed_name else ""
        return f"{_title(subscription)} → {where}{source}"


class PostHere(ui.DynamicItem[ui.Button[Any]], template=r"post-here:r(?P<recap>\d{1,18}):c(?P<channel>\d{1,20})"):
    """*Post it here* below the preview of `/subscribe`."""

    def __init__(self, recap: RecapId, channel: ChannelId) -> None:
        super().__init__(ui.Button(label="Post it here", custom_id=f"post-here:r{recap}:c{channel}"))
        self.recap = recap
        self.channel = channel

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(RecapId(int(match["recap"])), ChannelId(int(match["channel"])))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        await answered(interaction, _cog(interaction).post_here(interaction, self.recap, self.channel))


class RemoveSubscription(ui.DynamicItem[ui.Select[Any]], template=r"remove-subscription"):
    """The menu below `/subscriptions`."""

    def __init__(self, active: Sequence[SubscriptionActivity]) -> None:
        options = [
            discord.SelectOption(
                label=plain(_title(each.subscription), 100) or "…",
                description=plain(each.subscription.feed_name or "every feed", 100),
                value=str(each.subscription.id),
            )
            for each in active
        ]
        super().__init__(
            ui.Select(
                custom_id="remove-subscription",
                placeholder="Remove one …",
                options=options or [discord.SelectOption(label="…", value="0")],
                required=True,
            )
        )

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], _match: re.Match[str], /) -> Self:
        return cls([])

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        chosen = SubscriptionId(int(self.item.values[0]))
        await answered(interaction, _cog(interaction).remove(interaction, chosen))


class AskShow(ui.View):
    """Which show is meant: one of the nearest, or one that is really called what was typed."""

    def __init__(self, cog: Subscriptions, typed: str, nearest: Sequence[str], request: Request) -> None:
        super().__init__(timeout=ASKING_SECONDS)
        for title in nearest:
            self.add_item(_TakeShow(cog, title, plain(title, 80), discord.ButtonStyle.primary, request))
        new = plain(typed, NEW_TITLE_LIMIT)
        if new:
            label = f"Subscribe to “{plain(new, 60)}”"
            self.add_item(_TakeShow(cog, new, label, discord.ButtonStyle.secondary, request))


class _TakeShow(ui.Button[AskShow]):
    def __init__(
        self, cog: Subscriptions, title: str, label: str, style: discord.ButtonStyle, request: Request
    ) -> None:
        super().__init__(label=label, style=style)
        self._cog = cog
        self._title = title
        self._request = request

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        if self.view is not None:
            self.view.stop()
        await answered(interaction, self._cog.subscribe_known(interaction, self._title, self._request))


async def _ask(interaction: Interaction, typed: str, nearest: Sequence[str], view: AskShow) -> None:
    near = f" The nearest I know: {', '.join(f'**{visible(title, 60)}**' for title in nearest)}." if nearest else ""
    await interaction.response.send_message(
        f"No feed here has recapped a show called “{visible(typed, 60)}” yet.{near} Which one shall I follow?",
        view=view,
        ephemeral=True,
    )


def _candidates(problem: UnclearShow | UnknownShow) -> tuple[Hit[ShowId], ...]:
    return problem.candidates if isinstance(problem, UnclearShow) else problem.nearest


def _confirmation(saved: Subscription, request: Request, *, new: bool) -> list[Markup]:
    """What was done, what comes next, and what still stands in the way."""
    if new:
        first = f"{_about(saved)} will be posted in <#{saved.channel}>{_options(saved)}."
        comes = "Nothing old is posted: the next one comes as soon as a feed publishes it."
    else:
        options = _options(saved) or " as the server has set it"
        first = f"{_about(saved)} was posted in <#{saved.channel}> already; from now on{options}."
        comes = ""
    lines = [first, comes, missing_sentence(request.channel) or ""]
    if request.role is not None and not can_ping(request.channel, request.role):
        lines.append(
            f"⚠️ <@&{request.role.id}> cannot be notified: let anyone mention it in the role's settings, "
            "or allow me *Mention Everyone*."
        )
    return [Markup(line) for line in lines if line]


def _options(subscription: Subscription) -> str:
    options = (
        f" from {visible(subscription.feed_name, 60)}" if subscription.feed_name else "",
        f" mentioning <@&{subscription.role}>" if subscription.role else "",
        f" {_minutes(subscription.delay)} after publication" if subscription.delay else "",
        " with the plot behind Reveal only" if subscription.spoilers is SpoilerMode.BUTTON else "",
        " with the plot behind spoiler tags" if subscription.spoilers is SpoilerMode.TAGGED else "",
    )
    return ",".join(option for option in options if option)


def _minutes(delay: timedelta) -> str:
    minutes = int(delay.total_seconds() // 60)
    return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"


def _list_view(active: Sequence[SubscriptionActivity], notices: Sequence[Markup]) -> ui.LayoutView:
    if not active:
        return text_view(*notices, Markup("Nothing is subscribed to here yet. `/subscribe` begins."))
    lines = [_line(each) for each in active[:LISTED]]
    if len(active) > LISTED:
        lines.append(f"… and {len(active) - LISTED} more; `/unsubscribe` finds them all.")
    row: ui.ActionRow[Any] = ui.ActionRow(RemoveSubscription(active[:LISTED]))
    return text_view(*notices, Markup("### Subscriptions"), Markup("\n".join(lines)), rows=[row])


def _line(each: SubscriptionActivity) -> str:
    last = f"last post <t:{int(each.last_post_at.timestamp())}:R>" if each.last_post_at else "no post yet"
    waiting = f" · {each.waiting} waiting" if each.waiting else ""
    return (
        f"{_about(each.subscription)} → <#{each.subscription.channel}>{_options(each.subscription)} · {last}{waiting}"
    )


def _about(subscription: Subscription) -> Markup:
    return Markup("Every show" if subscription.show is None else f"**{visible(_title(subscription), 80)}**")


def _title(subscription: Subscription) -> str:
    return subscription.show_title or "Every show"


def _guild(interaction: Interaction) -> GuildId:
    # The commands are guild-only, so Discord always names the server.
    assert interaction.guild_id is not None
    return GuildId(interaction.guild_id)


async def _say(interaction: Interaction, sentence: str) -> None:
    await interaction.response.send_message(sentence, ephemeral=True)


async def _answer(interaction: Interaction, view: ui.LayoutView) -> None:
    await interaction.response.send_message(view=view, ephemeral=True)


def _cog(interaction: Interaction) -> Subscriptions:
    cog = interaction.client.get_cog("Subscriptions")
    assert isinstance(cog, Subscriptions)
    return cog


async def setup(bot: RecapClient) -> None:
    bot.add_dynamic_items(PostHere, RemoveSubscription)
    await bot.add_cog(Subscriptions(bot))

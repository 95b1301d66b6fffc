"""The buttons and menus of subscriptions."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, Self, cast

import discord
from discord import ui

from bot.recaps.card import SpoilerMode
from bot.recaps.model import ChannelId, FeedId, GuildId, RecapId, RoleId, ShowId, SubscriptionId, UserId
from bot.recaps.spoilers import Markup, plain, visible
from bot.store.subscriptions import Subscription, SubscriptionActivity, SubscriptionDraft
from bot.texts import N_, SHORT_LIMIT, _, short
from cogs.admin import ForAdmins
from cogs.listing import chosen, menu
from cogs.options import CHOICE_LIMIT, Choice
from cogs.setting_fields import BY_SERVER, SUBSCRIPTION_MENU_OF, SUBSCRIPTION_MENUS, Menu
from cogs.setting_views import add_row, default_of, only_id, select_options
from cogs.subscription_texts import line, place_name, title_of
from cogs.views import Interaction, answered, heading, text_view

#: Lines on a page; so many of the longest fit in a message, with notices above them.
LISTED: Final = 7


class AdminPresses(Protocol):
    """Whoever answers what admins press."""

    async def post_here(self, interaction: Interaction, recap: RecapId, channel: ChannelId) -> None: ...

    async def subscribe_here(self, interaction: Interaction, show: ShowId) -> None: ...

    async def remove(self, interaction: Interaction, subscription: SubscriptionId) -> None: ...

    async def edit(self, interaction: Interaction, subscription: SubscriptionId) -> None: ...

    async def choose(
        self, interaction: Interaction, subscription: SubscriptionId, menu: Menu[Subscription], value: str
    ) -> None: ...

    async def mention(self, interaction: Interaction, subscription: SubscriptionId, role: RoleId | None) -> None: ...

    async def end(self, interaction: Interaction, subscription: SubscriptionId) -> None: ...

    async def send_test(self, interaction: Interaction, subscription: SubscriptionId) -> None: ...

    async def show_page(self, interaction: Interaction, page: int) -> None: ...

    async def follow(self, interaction: Interaction, show: str, draft: SubscriptionDraft) -> None: ...


class PostHere(
    ForAdmins, ui.DynamicItem[ui.Button[Any]], template=r"post-here:r(?P<recap>\d{1,18}):c(?P<channel>\d{1,20})"
):
    """*Post it here* below the preview of `/subscribe`."""

    def __init__(self, recap: RecapId, channel: ChannelId) -> None:
        super().__init__(ui.Button(label=short("Post it here"), custom_id=f"post-here:r{recap}:c{channel}"))
        self.recap = recap
        self.channel = channel

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(RecapId(int(match["recap"])), ChannelId(int(match["channel"])))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        await answered(interaction, _cog(interaction).post_here(interaction, self.recap, self.channel))


class SubscribeHere(ForAdmins, ui.DynamicItem[ui.Button[Any]], template=r"subscribe:(?P<show>\d{1,18})"):
    """*Subscribe here* on the card of a show."""

    def __init__(self, show: ShowId) -> None:
        self.show = show
        style = discord.ButtonStyle.primary
        super().__init__(ui.Button(label=short("Subscribe here"), custom_id=f"subscribe:{show}", style=style))

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(ShowId(int(match["show"])))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        await answered(interaction, _cog(interaction).subscribe_here(interaction, self.show))


class RemoveSubscription(ForAdmins, ui.DynamicItem[ui.Select[Any]], template=r"remove-subscription"):
    """The menu below `/subscriptions`."""

    def __init__(self, options: list[discord.SelectOption]) -> None:
        super().__init__(menu("remove-subscription", short("Remove one …"), options))

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], _match: re.Match[str], /) -> Self:
        return cls([])

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        await answered(interaction, _cog(interaction).remove(interaction, SubscriptionId(chosen(self.item))))


class EditSubscription(ForAdmins, ui.DynamicItem[ui.Select[Any]], template=r"edit-subscription"):
    """The menu below `/subscriptions` that opens one of them."""

    def __init__(self, options: list[discord.SelectOption]) -> None:
        super().__init__(menu("edit-subscription", short("Change one …"), options))

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], _match: re.Match[str], /) -> Self:
        return cls([])

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        await answered(interaction, _cog(interaction).edit(interaction, SubscriptionId(chosen(self.item))))


class SubscriptionMenu(
    ForAdmins,
    ui.DynamicItem[ui.Select[Any]],
    template=rf"sub:(?P<sub>\d{{1,18}}):(?P<menu>{'|'.join(SUBSCRIPTION_MENU_OF)})",
):
    """The choices of one option of a subscription."""

    def __init__(self, subscription: SubscriptionId, menu: Menu[Subscription], chosen: str | None = None) -> None:
        self.subscription = subscription
        self.menu = menu
        options = select_options(menu, chosen)
        super().__init__(ui.Select(custom_id=f"sub:{subscription}:{menu.name}", options=options, required=True))

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(SubscriptionId(int(match["sub"])), SUBSCRIPTION_MENU_OF[match["menu"]])

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        choice = _cog(interaction).choose(interaction, self.subscription, self.menu, self.item.values[0])
        await answered(interaction, choice)


class SubscriptionRole(ForAdmins, ui.DynamicItem[ui.RoleSelect[Any]], template=r"sub:(?P<sub>\d{1,18}):role"):
    """Whom the posts of a subscription mention."""

    def __init__(self, subscription: SubscriptionId, chosen: RoleId | None = None) -> None:
        self.subscription = subscription
        super().__init__(
            ui.RoleSelect(
                custom_id=f"sub:{subscription}:role",
                placeholder=BY_SERVER.within(SHORT_LIMIT),
                min_values=0,
                default_values=default_of(chosen, discord.SelectDefaultValueType.role),
            )
        )

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(SubscriptionId(int(match["sub"])))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        chosen = only_id(self.item.values)
        role = None if chosen is None else RoleId(chosen)
        await answered(interaction, _cog(interaction).mention(interaction, self.subscription, role))


class EndSubscription(ForAdmins, ui.DynamicItem[ui.Button[Any]], template=r"sub:(?P<sub>\d{1,18}):end"):
    """*Remove* below the options of a subscription."""

    def __init__(self, subscription: SubscriptionId) -> None:
        self.subscription = subscription
        style = discord.ButtonStyle.danger
        super().__init__(ui.Button(label=short("Remove"), custom_id=f"sub:{subscription}:end", style=style))

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(SubscriptionId(int(match["sub"])))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        await answered(interaction, _cog(interaction).end(interaction, self.subscription))


class SendTest(ForAdmins, ui.DynamicItem[ui.Button[Any]], template=r"sub:(?P<sub>\d{1,18}):test"):
    """*Send a test post* to where a subscription posts."""

    def __init__(self, subscription: SubscriptionId) -> None:
        self.subscription = subscription
        super().__init__(ui.Button(label=short("Send a test post"), custom_id=f"sub:{subscription}:test"))

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(SubscriptionId(int(match["sub"])))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        await answered(interaction, _cog(interaction).send_test(interaction, self.subscription))


class SubscriptionPage(ForAdmins, ui.DynamicItem[ui.Button[Any]], template=r"subs:(?P<page>\d{1,3})"):
    """Shows some of the list."""

    def __init__(self, page: int, label: str = "…") -> None:
        self.page = page
        super().__init__(ui.Button(label=label, custom_id=f"subs:{page}"))

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(int(match["page"]))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        await answered(interaction, _cog(interaction).show_page(interaction, self.page))


class ChooseShow(
    ForAdmins,
    ui.DynamicItem[ui.Select[Any]],
    template=r"follow:c(?P<channel>\d{1,20}):f(?P<feed>\d{1,18}):r(?P<role>\d{1,20})"
    r":(?P<spoilers>tagged|button)?:(?P<delay>\d{1,5})?",
):
    """The question which show is meant. What else was asked for is in its id; 0 stands for none."""

    def __init__(self, draft: SubscriptionDraft, options: list[discord.SelectOption]) -> None:
        delay = "" if draft.delay is None else int(draft.delay.total_seconds() // 60)
        custom_id = f"follow:c{draft.channel}:f{draft.feed or 0}:r{draft.role or 0}:{draft.spoilers or ''}:{delay}"
        super().__init__(menu(custom_id, short("Choose a show …"), options))
        self.draft = draft

    @classmethod
    async def from_custom_id(cls, interaction: Interaction, _item: ui.Item[Any], match: re.Match[str], /) -> Self:  # type: ignore[override]
        feed, role = int(match["feed"]), int(match["role"])
        draft = SubscriptionDraft(
            guild=GuildId(interaction.guild_id or 0),
            channel=ChannelId(int(match["channel"])),
            show=None,
            feed=FeedId(feed) if feed else None,
            role=RoleId(role) if role else None,
            spoilers=SpoilerMode(match["spoilers"]) if match["spoilers"] else None,
            delay=timedelta(minutes=int(match["delay"])) if match["delay"] else None,
            created_by=UserId(interaction.user.id),
        )
        return cls(draft, [])

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        await answered(interaction, _cog(interaction).follow(interaction, self.item.values[0], self.draft))


def question_view(typed: str, nearest: Sequence[Choice], draft: SubscriptionDraft) -> ui.LayoutView:
    """Asks which show is meant: one of the nearest, or one that is really called what was typed."""
    titles = ", ".join(f"**{visible(choice.name, 60)}**" for choice in nearest)
    sentences = (
        _("No feed here has recapped a show called “{typed}” yet.", typed=visible(typed, 60)),
        _("The nearest I know: {shows}.", shows=titles) if nearest else "",
        _("Which one shall I follow?"),
    )
    options = [discord.SelectOption(label=choice.name, value=choice.value) for choice in nearest]
    new = plain(typed, CHOICE_LIMIT)
    if new not in {choice.name for choice in nearest}:
        described = short("A show of just this name")
        options.append(discord.SelectOption(label=new, value=new, description=described))
    question = Markup(" ".join(sentence for sentence in sentences if sentence))
    return text_view(question, rows=[ui.ActionRow(ChooseShow(draft, options))])


def list_view(
    active: Sequence[SubscriptionActivity],
    notices: Sequence[Markup],
    now: datetime,
    guild: discord.Guild | None,
    page: int = 0,
) -> ui.LayoutView:
    """A page of a server's subscriptions, and what can be done about them."""
    if not active:
        return text_view(*notices, Markup(_("Nothing is subscribed to here yet. `/subscribe` begins.")))
    last = (len(active) - 1) // LISTED
    page = min(page, last)
    here = active[page * LISTED : (page + 1) * LISTED]
    title = _("Subscriptions")
    if last > 0:
        title = _("Subscriptions · page {page} of {pages}", page=page + 1, pages=last + 1)
    options = [_option(each.subscription, guild) for each in here]
    rows: list[ui.ActionRow[Any]] = [ui.ActionRow(EditSubscription(options)), ui.ActionRow(RemoveSubscription(options))]
    turns = [
        *([SubscriptionPage(page - 1, short("← Previous"))] if page > 0 else []),
        *([SubscriptionPage(page + 1, short("Next →"))] if page < last else []),
    ]
    if turns:
        rows.append(ui.ActionRow(*turns))
    lines = Markup("\n".join(line(each, now, guild) for each in here))
    return text_view(*notices, heading(title), lines, rows=rows)


def options_view(
    each: SubscriptionActivity, now: datetime, guild: discord.Guild | None, notes: Sequence[Markup] = ()
) -> ui.LayoutView:
    """One subscription, with everything that can be changed of it."""
    it = each.subscription
    view = text_view(*notes, Markup(line(each, now, guild)))
    for each_menu in SUBSCRIPTION_MENUS:
        add_row(view, each_menu.title, SubscriptionMenu(it.id, each_menu, each_menu.read(it)))
    add_row(view, N_("**Mention** · whom posts mention"), SubscriptionRole(it.id, it.role))
    view.add_item(
        ui.ActionRow(SendTest(it.id), EndSubscription(it.id), SubscriptionPage(0, short("All subscriptions")))
    )
    return view


def _option(it: Subscription, guild: discord.Guild | None) -> discord.SelectOption:
    feed = plain(it.feed_name or "", 40) or _("every feed")
    return discord.SelectOption(
        label=plain(title_of(it), 100) or "…",
        description=plain(f"{place_name(it.channel, guild)} · {feed}", 100),
        value=str(it.id),
    )


def _cog(interaction: Interaction) -> AdminPresses:
    return cast("AdminPresses", interaction.client.get_cog("Subscriptions"))

"""The buttons and menus of subscriptions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol, Self, cast

import discord
from discord import ui

from bot.recaps.model import ChannelId, RecapId, RoleId, SubscriptionId
from bot.recaps.spoilers import Markup, plain
from bot.store.subscriptions import Subscription, SubscriptionActivity, SubscriptionDraft
from bot.texts import N_, SHORT_LIMIT, _, short
from cogs.destinations import Destination
from cogs.setting_fields import BY_SERVER, SUBSCRIPTION_MENU_OF, SUBSCRIPTION_MENUS, Menu
from cogs.setting_views import add_row, default_of, only_id, select_options
from cogs.subscription_texts import line, title_of
from cogs.views import Interaction, answered, heading, text_view

#: So long a question about an unknown show can be answered, in seconds.
ASKING_SECONDS: Final = 600
#: Lines on a page; so many of the longest fit in a message, with notices above them.
LISTED: Final = 7
NEW_TITLE_LIMIT: Final = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A subscription as it was asked for, its show still to be understood."""

    draft: SubscriptionDraft
    channel: Destination
    role: discord.Role | None


class AdminPresses(Protocol):
    """Whoever answers what admins press."""

    async def post_here(self, interaction: Interaction, recap: RecapId, channel: ChannelId) -> None: ...

    async def remove(self, interaction: Interaction, subscription: SubscriptionId) -> None: ...

    async def edit(self, interaction: Interaction, subscription: SubscriptionId) -> None: ...

    async def choose(
        self, interaction: Interaction, subscription: SubscriptionId, menu: Menu[Subscription], value: str
    ) -> None: ...

    async def mention(self, interaction: Interaction, subscription: SubscriptionId, role: RoleId | None) -> None: ...

    async def end(self, interaction: Interaction, subscription: SubscriptionId) -> None: ...

    async def show_page(self, interaction: Interaction, page: int) -> None: ...

    async def subscribe_known(self, interaction: Interaction, title: str, request: Request) -> None: ...


class PostHere(ui.DynamicItem[ui.Button[Any]], template=r"post-here:r(?P<recap>\d{1,18}):c(?P<channel>\d{1,20})"):
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


class RemoveSubscription(ui.DynamicItem[ui.Select[Any]], template=r"remove-subscription"):
    """The menu below `/subscriptions`."""

    def __init__(self, active: Sequence[SubscriptionActivity]) -> None:
        super().__init__(_choice("remove-subscription", short("Remove one …"), active))

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], _match: re.Match[str], /) -> Self:
        return cls([])

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        chosen = SubscriptionId(int(self.item.values[0]))
        await answered(interaction, _cog(interaction).remove(interaction, chosen))


class EditSubscription(ui.DynamicItem[ui.Select[Any]], template=r"edit-subscription"):
    """The menu below `/subscriptions` that opens one of them."""

    def __init__(self, active: Sequence[SubscriptionActivity]) -> None:
        super().__init__(_choice("edit-subscription", short("Change one …"), active))

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], _match: re.Match[str], /) -> Self:
        return cls([])

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        chosen = SubscriptionId(int(self.item.values[0]))
        await answered(interaction, _cog(interaction).edit(interaction, chosen))


class SubscriptionMenu(
    ui.DynamicItem[ui.Select[Any]], template=rf"sub:(?P<sub>\d{{1,18}}):(?P<menu>{'|'.join(SUBSCRIPTION_MENU_OF)})"
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


class SubscriptionRole(ui.DynamicItem[ui.RoleSelect[Any]], template=r"sub:(?P<sub>\d{1,18}):role"):
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


class EndSubscription(ui.DynamicItem[ui.Button[Any]], template=r"sub:(?P<sub>\d{1,18}):end"):
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


class SubscriptionPage(ui.DynamicItem[ui.Button[Any]], template=r"subs:(?P<page>\d{1,3})"):
    """Shows some of the list."""

    def __init__(self, page: int, label: str = "…") -> None:
        self.page = page
        super().__init__(ui.Button(label=label, custom_id=f"subs:{page}"))

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(int(match["page"]))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        await answered(interaction, _cog(interaction).show_page(interaction, self.page))


class AskShow(ui.View):
    """Which show is meant: one of the nearest, or one that is really called what was typed."""

    def __init__(self, cog: AdminPresses, typed: str, nearest: Sequence[str], request: Request) -> None:
        super().__init__(timeout=ASKING_SECONDS)
        for title in nearest:
            self.add_item(_TakeShow(cog, title, plain(title, 80), discord.ButtonStyle.primary, request))
        new = plain(typed, NEW_TITLE_LIMIT)
        if new:
            label = short("Subscribe to “{show}”", show=plain(new, 60))
            self.add_item(_TakeShow(cog, new, label, discord.ButtonStyle.secondary, request))


class _TakeShow(ui.Button[AskShow]):
    def __init__(self, cog: AdminPresses, title: str, label: str, style: discord.ButtonStyle, request: Request) -> None:
        super().__init__(label=label, style=style)
        self._cog = cog
        self.title_of = title
        self._request = request

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        if self.view is not None:
            self.view.stop()
        await answered(interaction, self._cog.subscribe_known(interaction, self.title_of, self._request))


def list_view(
    active: Sequence[SubscriptionActivity], notices: Sequence[Markup], now: datetime, page: int = 0
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
    rows: list[ui.ActionRow[Any]] = [ui.ActionRow(EditSubscription(here)), ui.ActionRow(RemoveSubscription(here))]
    turns = [
        *([SubscriptionPage(page - 1, short("← Previous"))] if page > 0 else []),
        *([SubscriptionPage(page + 1, short("Next →"))] if page < last else []),
    ]
    if turns:
        rows.append(ui.ActionRow(*turns))
    lines = Markup("\n".join(line(each, now) for each in here))
    return text_view(*notices, heading(title), lines, rows=rows)


def options_view(each: SubscriptionActivity, now: datetime, notes: Sequence[Markup] = ()) -> ui.LayoutView:
    """One subscription, with everything that can be changed of it."""
    it = each.subscription
    view = text_view(*notes, Markup(line(each, now)))
    for menu in SUBSCRIPTION_MENUS:
        add_row(view, menu.title, SubscriptionMenu(it.id, menu, menu.read(it)))
    add_row(view, N_("**Mention** · whom posts mention"), SubscriptionRole(it.id, it.role))
    view.add_item(ui.ActionRow(EndSubscription(it.id), SubscriptionPage(0, short("All subscriptions"))))
    return view


def _choice(custom_id: str, placeholder: str, active: Sequence[SubscriptionActivity]) -> ui.Select[Any]:
    options = [
        discord.SelectOption(
            label=plain(title_of(each.subscription), 100) or "…",
            description=plain(each.subscription.feed_name or "", 100) or short("every feed"),
            value=str(each.subscription.id),
        )
        for each in active
    ]
    nothing = [discord.SelectOption(label="…", value="0")]
    return ui.Select(custom_id=custom_id, placeholder=placeholder, options=options or nothing, required=True)


def _cog(interaction: Interaction) -> AdminPresses:
    return cast("AdminPresses", interaction.client.get_cog("Subscriptions"))

"""The buttons and menus of subscriptions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, Self, cast

import discord
from discord import ui

from bot.recaps.model import ChannelId, RecapId, SubscriptionId
from bot.recaps.spoilers import Markup, plain
from bot.store.subscriptions import SubscriptionActivity, SubscriptionDraft
from cogs.destinations import Destination
from cogs.subscription_texts import line, title_of
from cogs.views import Interaction, answered, text_view

#: So long a question about an unknown show can be answered, in seconds.
ASKING_SECONDS: Final = 600
LISTED: Final = 25
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

    async def subscribe_known(self, interaction: Interaction, title: str, request: Request) -> None: ...


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
                label=plain(title_of(each.subscription), 100) or "…",
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

    def __init__(self, cog: AdminPresses, typed: str, nearest: Sequence[str], request: Request) -> None:
        super().__init__(timeout=ASKING_SECONDS)
        for title in nearest:
            self.add_item(_TakeShow(cog, title, plain(title, 80), discord.ButtonStyle.primary, request))
        new = plain(typed, NEW_TITLE_LIMIT)
        if new:
            label = f"Subscribe to “{plain(new, 60)}”"
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


def list_view(active: Sequence[SubscriptionActivity], notices: Sequence[Markup]) -> ui.LayoutView:
    if not active:
        return text_view(*notices, Markup("Nothing is subscribed to here yet. `/subscribe` begins."))
    lines = [line(each) for each in active[:LISTED]]
    if len(active) > LISTED:
        lines.append(f"… and {len(active) - LISTED} more; `/unsubscribe` finds them all.")
    row: ui.ActionRow[Any] = ui.ActionRow(RemoveSubscription(active[:LISTED]))
    return text_view(*notices, Markup("### Subscriptions"), Markup("\n".join(lines)), rows=[row])


def _cog(interaction: Interaction) -> AdminPresses:
    return cast("AdminPresses", interaction.client.get_cog("Subscriptions"))

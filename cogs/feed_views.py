"""The buttons and menus of `/feeds`."""

import re
from collections.abc import Sequence
from typing import Any, Final, Protocol, Self, cast
from urllib.parse import urlsplit

import discord
from discord import ui

from bot.recaps.model import ChannelId, FeedId
from bot.recaps.spoilers import plain
from bot.texts import short
from cogs.admin import ForAdmins
from cogs.listing import menu
from cogs.views import Interaction, answered

#: Discord's own limit for what stands behind an option of a menu.
LONGEST_OPTION: Final = 100


class FeedPresses(Protocol):
    """Whoever answers what admins press below `/feeds`."""

    async def add_found(self, interaction: Interaction, url: str) -> None: ...

    async def post_here(self, interaction: Interaction, feed: FeedId, channel: ChannelId) -> None: ...

    async def remove_for_good(self, interaction: Interaction, feed: FeedId) -> None: ...

    async def turn_to(self, interaction: Interaction, page: int) -> None: ...


class PostItsRecaps(
    ForAdmins, ui.DynamicItem[ui.Button[Any]], template=r"feed-here:f(?P<feed>\d{1,18}):c(?P<channel>\d{1,20})"
):
    """*Post its recaps here*, once a feed has been added."""

    def __init__(self, feed: FeedId, channel: ChannelId) -> None:
        style = discord.ButtonStyle.primary
        super().__init__(
            ui.Button(label=short("Post its recaps here"), custom_id=f"feed-here:f{feed}:c{channel}", style=style)
        )
        self.feed = feed
        self.channel = channel

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(FeedId(int(match["feed"])), ChannelId(int(match["channel"])))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        await answered(interaction, _cog(interaction).post_here(interaction, self.feed, self.channel))


class RemoveFeed(ForAdmins, ui.DynamicItem[ui.Button[Any]], template=r"remove-feed:f(?P<feed>\d{1,18})"):
    """*Remove it*, below what would go with it."""

    def __init__(self, feed: FeedId) -> None:
        style = discord.ButtonStyle.danger
        super().__init__(ui.Button(label=short("Remove it"), custom_id=f"remove-feed:f{feed}", style=style))
        self.feed = feed

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(FeedId(int(match["feed"])))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        await answered(interaction, _cog(interaction).remove_for_good(interaction, self.feed))


class FeedsPage(ForAdmins, ui.DynamicItem[ui.Button[Any]], template=r"feeds-page:(?P<page>\d{1,4})"):
    """Another page of `/feeds list`."""

    def __init__(self, page: int, label: str = "…") -> None:
        super().__init__(ui.Button(label=label, custom_id=f"feeds-page:{page}"))
        self.page = page

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(int(match["page"]))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        await answered(interaction, _cog(interaction).turn_to(interaction, self.page))


class ChooseFeed(ForAdmins, ui.DynamicItem[ui.Select[Any]], template=r"add-feed"):
    """Which of the feeds of a site is meant. Their addresses are what is chosen from, and fit."""

    def __init__(self, urls: Sequence[str]) -> None:
        # The address and not the title, which is a stranger's sentence.
        options = [discord.SelectOption(label=plain(_place(url), 100) or "…", value=url) for url in urls]
        super().__init__(menu("add-feed", short("Choose a feed …"), options))

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], _match: re.Match[str], /) -> Self:
        return cls([])

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        await answered(interaction, _cog(interaction).add_found(interaction, self.item.values[0]))


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _cog(interaction: Interaction) -> FeedPresses:
    return cast("FeedPresses", interaction.client.get_cog("Feeds"))

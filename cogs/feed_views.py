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
from cogs.views import Interaction, answered

#: So long a choice between several feeds can be made, in seconds.
CHOOSING_SECONDS: Final = 600


class FeedPresses(Protocol):
    """Whoever answers what admins press below `/feeds`."""

    async def add_found(self, interaction: Interaction, url: str) -> None: ...

    async def post_here(self, interaction: Interaction, feed: FeedId, channel: ChannelId) -> None: ...

    async def remove_for_good(self, interaction: Interaction, feed: FeedId) -> None: ...

    async def turn_to(self, interaction: Interaction, page: int) -> None: ...


class PostItsRecaps(ui.DynamicItem[ui.Button[Any]], template=r"feed-here:f(?P<feed>\d{1,18}):c(?P<channel>\d{1,20})"):
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


class RemoveFeed(ui.DynamicItem[ui.Button[Any]], template=r"remove-feed:f(?P<feed>\d{1,18})"):
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


class FeedsPage(ui.DynamicItem[ui.Button[Any]], template=r"feeds-page:(?P<page>\d{1,4})"):
    """Another page of `/feeds list`."""

    def __init__(self, page: int, label: str = "…") -> None:
        super().__init__(ui.Button(label=label, custom_id=f"feeds-page:{page}"))
        self.page = page

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(int(match["page"]))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        await answered(interaction, _cog(interaction).turn_to(interaction, self.page))


class ChooseFeed(ui.View):
    """Which of the feeds of a site is meant."""

    def __init__(self, urls: Sequence[str]) -> None:
        super().__init__(timeout=CHOOSING_SECONDS)
        self.add_item(_Candidates(urls))


class _Candidates(ui.Select[ChooseFeed]):
    def __init__(self, urls: Sequence[str]) -> None:
        # The address and not the title, which is a stranger's sentence.
        options = [
            discord.SelectOption(label=plain(_place(url), 100) or "…", value=str(index))
            for index, url in enumerate(urls)
        ]
        super().__init__(placeholder=short("Choose a feed …"), options=options)
        self._urls = urls

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        if self.view is not None:
            self.view.stop()
        await answered(interaction, _cog(interaction).add_found(interaction, self._urls[int(self.values[0])]))


def _place(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _cog(interaction: Interaction) -> FeedPresses:
    return cast("FeedPresses", interaction.client.get_cog("Feeds"))

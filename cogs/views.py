"""From cards to Discord components, and from buttons back to what they ask for. The one place that knows both."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, Protocol, Self, cast

import discord
from discord import ui

from bot.client import RecapClient
from bot.delivery.marks import PostMark, parse_post_mark, post_mark
from bot.recaps.card import ROW, Action, ActionButton, Button, Card, LinkButton
from bot.recaps.model import PostId, RecapId
from bot.recaps.spoilers import Markup
from bot.texts import short

Interaction = discord.Interaction[RecapClient]
ButtonItem = Callable[[ActionButton], ui.Item[Any] | None]

#: What buttons can ask for so far; a card may offer more than is built.
BUILT: Final = (
    Action.REVEAL,
    Action.ANYWAY,
    Action.WATCHED,
    Action.SHARE,
    Action.OTHERS,
    Action.PREVIOUS,
    Action.NEXT,
    Action.OPEN,
)
#: Noted with an interaction that somebody answers.
_ANSWERED: Final = "answered"
_WORKS_BEST: Final = {Action.REVEAL: discord.ButtonStyle.primary, Action.ANYWAY: discord.ButtonStyle.danger}


class Presses(Protocol):
    """Whoever answers the buttons of cards."""

    async def reveal_post(self, interaction: Interaction, mark: PostMark) -> None: ...

    async def press(self, interaction: Interaction, action: Action, recap: RecapId) -> None: ...

    async def open(self, interaction: Interaction, recap: RecapId) -> None: ...


class PostReveal(ui.DynamicItem[ui.Button[Any]], template=r"reveal:[0-9a-z]{1,32}:p[0-9]{1,18}"):
    """*Reveal* on a post. Its id also tells which post a message is."""

    def __init__(self, custom_id: str) -> None:
        style = _WORKS_BEST[Action.REVEAL]
        super().__init__(ui.Button(label=short("Reveal"), custom_id=custom_id, style=style))

    @classmethod
    async def from_custom_id(cls, _interaction: Any, item: ui.Item[Any], _match: re.Match[str], /) -> Self:
        return cls(cast("ui.Button[Any]", item).custom_id or "")

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        mark = parse_post_mark(self.custom_id)
        if mark is not None:
            await answered(interaction, presses(interaction).reveal_post(interaction, mark))


class RecapPress(ui.DynamicItem[ui.Button[Any]], template=rf"(?P<action>{'|'.join(BUILT)}):r(?P<recap>[0-9]{{1,18}})"):
    """A button about one recap."""

    def __init__(self, action: Action, recap: RecapId, label: str = "…") -> None:
        style = _WORKS_BEST.get(action, discord.ButtonStyle.secondary)
        super().__init__(ui.Button(label=label, custom_id=f"{action}:r{recap}", style=style))
        self.action = action
        self.recap = recap

    @classmethod
    async def from_custom_id(cls, _interaction: Any, _item: ui.Item[Any], match: re.Match[str], /) -> Self:
        return cls(Action(match["action"]), RecapId(int(match["recap"])))

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]
        await answered(interaction, presses(interaction).press(interaction, self.action, self.recap))


async def answered(interaction: Interaction, answer: Any) -> None:
    """Await an answer to a button, in the reader's language; where it fails, say so (discord.py would only log it)."""
    interaction.extras[_ANSWERED] = True
    interaction.client.speak_to(interaction)
    try:
        await answer
    except Exception as error:  # noqa: BLE001  it is logged, and the person is told
        await interaction.client.apologise(interaction, error)


def is_answered(interaction: Interaction) -> bool:
    """Whether somebody has begun to answer what was pressed or sent in."""
    return _ANSWERED in interaction.extras


def presses(interaction: Interaction) -> Presses:
    """Whoever answers the buttons of cards, wherever they are."""
    cog = interaction.client.get_cog("Recaps")
    return cast("Presses", cog)


def born_view(card: Card, instance: str, post: PostId) -> ui.View:
    """The buttons of the plain message that a post is born as: *Read the recap* and *Reveal*."""
    view = ui.View(timeout=None)
    for item in _items(card.buttons, _post_item(instance, post)):
        view.add_item(item)
    if not any(isinstance(item, PostReveal) for item in view.children):
        # Without a button of ours a post could not be found again.
        view.add_item(PostReveal(post_mark(instance, post)))
    return view


def card_view(card: Card, instance: str, post: PostId) -> ui.LayoutView:
    """The card in a channel."""
    item = _post_item(instance, post)
    buttons = _items(card.buttons, item)
    if not any(isinstance(button, PostReveal) for button in buttons):
        buttons = [*buttons, PostReveal(post_mark(instance, post))]
    return _layout(card, _items(card.others, item), buttons)


def answer_view(card: Card) -> ui.LayoutView:
    """A private card."""
    return _layout(card, _items(card.others, _recap_item), _items(card.buttons, _recap_item))


def preview_view(intro: Markup, card: Card, *buttons: ui.Item[Any]) -> ui.LayoutView:
    """A look at a card that is no post, with what can be done about it."""
    view = ui.LayoutView(timeout=None)
    view.add_item(ui.TextDisplay(intro))
    view.add_item(_container(card, [], _items(card.buttons, _recap_item)))
    if buttons:
        view.add_item(ui.ActionRow(*buttons))
    return view


def heading(text: str) -> Markup:
    """The title above a text or a list."""
    return Markup(f"### {text}")


def small(text: str) -> Markup:
    """A remark below or beside the rest."""
    return Markup(f"-# {text}")


def text_view(*texts: Markup, rows: Iterable[ui.ActionRow[Any]] = ()) -> ui.LayoutView:
    """Some texts, and rows of buttons or menus below them."""
    view = ui.LayoutView(timeout=None)
    for text in texts:
        view.add_item(ui.TextDisplay(text))
    for row in rows:
        view.add_item(row)
    return view


def link_rows(links: Sequence[LinkButton]) -> list[ui.ActionRow[Any]]:
    """Link buttons, five in a row."""
    return [ui.ActionRow(*map(_link, links[start : start + ROW])) for start in range(0, len(links), ROW)]


def _layout(card: Card, others: list[ui.Item[Any]], buttons: list[ui.Item[Any]]) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(_container(card, others, buttons))
    return view


def _container(card: Card, others: list[ui.Item[Any]], buttons: list[ui.Item[Any]]) -> ui.Container[Any]:
    container: ui.Container[Any] = ui.Container()
    for text in card.texts:
        container.add_item(ui.TextDisplay(text))
    if card.gallery:
        pictures = (discord.MediaGalleryItem(url, spoiler=True) for url in card.gallery)
        container.add_item(ui.MediaGallery(*pictures))
    for row in (others, buttons):
        if row:
            container.add_item(ui.ActionRow(*row))
    return container


def _items(buttons: Iterable[Button], item: ButtonItem) -> list[ui.Item[Any]]:
    made = (_link(button) if isinstance(button, LinkButton) else item(button) for button in buttons)
    return [item for item in made if item is not None]


def _link(button: LinkButton) -> ui.Item[Any]:
    return ui.Button(label=button.label, url=button.url)


def _recap_item(button: ActionButton) -> ui.Item[Any] | None:
    return RecapPress(button.action, button.recap, button.label) if button.action in BUILT else None


def _post_item(instance: str, post: PostId) -> ButtonItem:
    def item(button: ActionButton) -> ui.Item[Any] | None:
        if button.action is Action.REVEAL:
            return PostReveal(post_mark(instance, post))
        return _recap_item(button)

    return item

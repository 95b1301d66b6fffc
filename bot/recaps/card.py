"""What a recap looks like in Discord: what is visible, what is hidden, which buttons.

A card says nothing visible but what is known for certain: a show's name found on strong evidence, numbers, and words
of our own. It always fits in one message, whatever the feed wrote: texts are shortened, never refused.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.recaps.model import Kind, Recap, RecapId, Spoiler, joined
from bot.recaps.names import is_name
from bot.recaps.spoilers import Markup, hidden, plain, revealed, safe_link, visible
from bot.texts import N_, Text, Value, _, short

LINE_LIMIT: Final = 200
CHARACTER_LIMIT: Final = 3500
#: In UTF-8. Discord fails, rather than refuses, at some 10,000 bytes over all Text Displays.
SIZE_LIMIT: Final = 8000
#: What each Text Display adds to that sum.
DISPLAY_SIZE: Final = 12
COMPONENT_LIMIT: Final = 40
THREAD_TITLE_LIMIT: Final = 100
ROW: Final = 5
GALLERY: Final = 4

#: A little more than a summary's own length, for escapes.
_CARD_SUMMARY: Final = 900
_FULL_SUMMARY: Final = 1800
#: A show keeps this much of its name in a title, whatever else is in it.
_SHOW_IN_THREAD_TITLE: Final = 50
#: What a recap is called where its show is not known; the site comes after it.
_WORDS: Final = 36


class SpoilerMode(StrEnum):
    """Where the plot is."""

    #: In the card, inside spoiler tags.
    TAGGED = "tagged"
    #: Nowhere in the channel; *Reveal* shows it privately.
    BUTTON = "button"


@dataclass(frozen=True, slots=True, kw_only=True)
class CardOptions:
    """What a server or subscription chose for its cards."""

    spoilers: SpoilerMode = SpoilerMode.TAGGED


class Action(StrEnum):
    """What a button that comes back to us asks for."""

    REVEAL = "reveal"
    #: Reveal, though the reader has not watched that far.
    ANYWAY = "anyway"
    WATCHED = "watched"
    SHARE = "share"
    OTHERS = "others"
    POST_HERE = "post-here"
    PREVIOUS = "previous"
    NEXT = "next"
    #: The private card, from wherever a recap is listed.
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class LinkButton:
    """A button that opens a page."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class ActionButton:
    """A button that asks something of us, about one recap."""

    action: Action
    label: str
    recap: RecapId


Button = LinkButton | ActionButton


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Everything that a message about one recap holds, ready to be sent.

    One that would not fit in a message is refused with a ValueError; `make_card` and `make_answer` never make one.
    """

    #: The one line of the message that a post is born as.
    line: Markup
    title: Markup
    #: Site, author, reading time, where to stream; may be empty.
    facts: Markup
    #: In our own words, where there is nothing to hide or reveal.
    note: Markup | None = None
    summary: Markup | None = None
    #: Bonus scenes, verdict, final thoughts: each a text of its own.
    more: tuple[Markup, ...] = ()
    #: Addresses of pictures; each is shown with its spoiler flag.
    gallery: tuple[str, ...] = ()
    #: A row of other sites' recaps of the same episode.
    others: tuple[Button, ...] = ()
    buttons: tuple[Button, ...] = ()
    #: For a thread or forum post, where no markdown is parsed.
    thread_title: str

    def __post_init__(self) -> None:
        if len(self.line) > LINE_LIMIT or len(self.thread_title) > THREAD_TITLE_LIMIT:
            raise ValueError("a line or thread title is too long")
        if self.characters > CHARACTER_LIMIT or self.size > SIZE_LIMIT or self.components > COMPONENT_LIMIT:
            raise ValueError("a card fits in one message")
        if max(len(self.buttons), len(self.others)) > ROW or len(self.gallery) > GALLERY:
            raise ValueError("a row has five buttons, a gallery four pictures")

    @property
    def texts(self) -> tuple[Markup, ...]:
        """The Text Displays, in order."""
        head = Markup(f"{self.title}\n{self.facts}" if self.facts else self.title)
        return tuple(text for text in (head, self.note, self.summary, *self.more) if text)

    @property
    def characters(self) -> int:
        return sum(map(len, self.texts))

    @property
    def size(self) -> int:
        """What Discord counts in bytes."""
        return sum(map(_size, self.texts))

    @property
    def components(self) -> int:
        """How many components it takes at most: a container, its texts, a gallery, two separators, two rows."""
        return len(self.texts) + len(self.buttons) + len(self.others) + 6

    @property
    def visible(self) -> tuple[str, ...]:
        """What a reader sees before choosing to see more."""
        labels = (button.label for button in (*self.buttons, *self.others))
        shown = (self.line, self.title, self.facts, self.note, *labels, self.thread_title)
        return tuple(text for text in shown if text)

    @property
    def hidden(self) -> tuple[str, ...]:
        """What a reader sees only after choosing to."""
        return tuple(text for text in (self.summary, *self.more, *self.gallery) if text)


def make_card(recap: Recap, options: CardOptions, *, siblings: Sequence[Recap] = ()) -> Card:
    """The card for a channel."""
    tagged = options.spoilers is SpoilerMode.TAGGED
    title, facts = _title(recap, _new(recap)), _facts(recap)
    summary = hidden(recap.summary.card, _CARD_SUMMARY, size=_left(title, facts)) if tagged else None
    return Card(
        line=_line(recap),
        title=title,
        facts=facts,
        note=_no_summary() if tagged and not summary else None,
        summary=summary or None,
        gallery=_gallery(recap) if tagged else (),
        others=_others(recap, siblings),
        buttons=(*_read(recap), *_reveal(recap), *_watched(recap)),
        thread_title=_thread_title(recap),
    )


def make_answer(
    recap: Recap,
    *,
    open: bool,  # noqa: A002  it is what happens to the card
    siblings: Sequence[Recap] = (),
    before: Recap | None = None,
    after: Recap | None = None,
) -> Card:
    """The private card: open for somebody who asked to see everything, else the full summary behind bars.

    `before` and `after` are the recaps of the episodes around it.
    """
    title, facts = _title(recap, kind_text(recap)), _facts(recap, dated=True)
    more = tuple(_opened(recap, taken=f"{title}\n{facts}")) if open else ()
    summary = None if open else hidden(recap.summary.full, _FULL_SUMMARY, size=_left(title, facts)) or None
    return Card(
        line=_line(recap),
        title=title,
        facts=facts,
        note=None if more or summary else _no_summary(),
        summary=summary,
        more=more,
        gallery=_gallery(recap),
        others=_others(recap, siblings),
        buttons=(*_read(recap), *_watched(recap)) if open else _closed_buttons(recap, before, after),
        thread_title=_thread_title(recap),
    )


def reference(recap: Recap) -> Markup:
    """How lists call a recap: `**The Bear** S3E5`, or `Recap · site` where the show is not known for certain."""
    return Markup(str(_called(recap, kind_text(recap), bold="**")))


def links_to(siblings: Sequence[Recap], *, besides: Recap) -> tuple[LinkButton, ...]:
    """A link to each sibling that has a good one, each page once. Buttons never unfurl."""
    known = {safe_link(besides.link)}
    links: list[LinkButton] = []
    for sibling in siblings:
        link = safe_link(sibling.link)
        if link and link not in known:
            known.add(link)
            links.append(LinkButton(short("Also on {site}", site=plain(sibling.site, 72)), link))
    return tuple(links)


def _no_summary() -> Markup:
    return Markup(_("The feed gives no summary of this one."))


def _is_review(recap: Recap) -> bool:
    return recap.kind is Kind.REVIEW


def kind_text(recap: Recap) -> Text:
    """What a recap is called: a recap or a review."""
    return N_("Review") if _is_review(recap) else N_("Recap")


def _new(recap: Recap) -> Text:
    return N_("New review") if _is_review(recap) else N_("New recap")


def _line(recap: Recap) -> Markup:
    called = _called(recap, _new(recap), bold="**")
    if not _show(recap):
        return Markup(str(called))
    line = (
        N_("{called} · new review", called=called) if _is_review(recap) else N_("{called} · new recap", called=called)
    )
    return Markup(line.within(LINE_LIMIT))


def _title(recap: Recap, unknown: Text) -> Markup:
    return Markup(f"### {_called(recap, unknown)}")


def _called(recap: Recap, unknown: Text, *, bold: str = "") -> Value:
    show = _show(recap)
    return _of_episode(recap, f"{bold}{show}{bold}") if show else f"{unknown.within(_WORDS)} · {_site(recap)}"


def _show(recap: Recap) -> Markup:
    return visible(recap.show_title or "", 120)


def _site(recap: Recap) -> Markup:
    return visible(recap.site, 60) or Markup(N_("a feed").within(60))


def _of_episode(recap: Recap, show: str) -> Value:
    """`The Bear S3E5`, `The Bear S1E16 finale`, `The Bear S1 finale`, `The Bear premiere`, or `The Bear`."""
    episode = f"{show} {recap.ref}".rstrip()
    if recap.finale:
        return N_("{episode} finale", episode=episode)
    return N_("{episode} premiere", episode=episode) if recap.premiere else episode


def _thread_title(recap: Recap) -> str:
    if not plain(recap.show_title or "", THREAD_TITLE_LIMIT):
        return f"{_new(recap).within(_WORDS)} · {plain(recap.site, 60) or N_('a feed').within(60)}"
    room = THREAD_TITLE_LIMIT - len(str(_titled(recap, "")))
    show = plain(recap.show_title or "", max(room, _SHOW_IN_THREAD_TITLE))
    return _titled(recap, show).within(THREAD_TITLE_LIMIT)


def _titled(recap: Recap, show: str) -> Text:
    episode = _of_episode(recap, show)
    return N_("{episode} review", episode=episode) if _is_review(recap) else N_("{episode} recap", episode=episode)


def _facts(recap: Recap, *, dated: bool = False) -> Markup:
    """One small line. The site stands in the title already where the show is not known."""
    facts = (
        _("Review") if _is_review(recap) and _show(recap) else "",
        _site(recap) if _show(recap) else "",
        _author(recap),
        f"<t:{int(recap.date.timestamp())}:D>" if dated else "",
        _("{minutes} min read", minutes=minutes) if (minutes := recap.reading_minutes or 0) in range(1, 1000) else "",
        visible(recap.streaming or "", 60),
    )
    line = " · ".join(fact for fact in facts if fact)
    return Markup(f"-# {line}" if line else "")


def _author(recap: Recap) -> Markup:
    """The author, if that field holds a name: feeds put sentences, addresses and the site into it too."""
    author = plain(recap.author or "", 61)
    if author.casefold() == recap.site.casefold() or not is_name(author):
        return Markup("")
    return visible(author, 60)


def _gallery(recap: Recap) -> tuple[str, ...]:
    links = (safe_link(picture.url) for picture in recap.pictures)
    return tuple(dict.fromkeys(link for link in links if link))[:GALLERY]


def _others(recap: Recap, siblings: Sequence[Recap]) -> tuple[Button, ...]:
    """Links to the siblings; where they are more than a row holds, its last button asks for all."""
    links = links_to(siblings, besides=recap)
    if len(links) <= ROW:
        return links
    return (*links[: ROW - 1], ActionButton(Action.OTHERS, short("Other recaps"), recap.id))


def _read(recap: Recap) -> tuple[Button, ...]:
    link = safe_link(recap.link)
    if link is None:
        return ()
    return (LinkButton(short("Read the review") if _is_review(recap) else short("Read the recap"), link),)


def _reveal(recap: Recap) -> tuple[Button, ...]:
    hides = recap.summary.full or recap.pictures or _has_more(recap)
    return (ActionButton(Action.REVEAL, short("Reveal"), recap.id),) if hides else ()


def _has_more(recap: Recap) -> bool:
    return any((*recap.extras, *recap.thoughts, recap.verdict))


def _watched(recap: Recap) -> tuple[Button, ...]:
    """Progress is a show and a number."""
    counts = recap.show is not None and recap.ref.is_numbered
    return (ActionButton(Action.WATCHED, short("I've watched it"), recap.id),) if counts else ()


def _closed_buttons(recap: Recap, before: Recap | None, after: Recap | None) -> tuple[Button, ...]:
    around: list[Button] = []
    if before:
        around.append(
            ActionButton(Action.PREVIOUS, f"← {before.ref}" if str(before.ref) else short("← Previous"), before.id)
        )
    if after:
        around.append(ActionButton(Action.NEXT, f"{after.ref} →" if str(after.ref) else short("Next →"), after.id))
    reveal = _reveal(recap) if _has_more(recap) else ()
    return (*around, *_read(recap), *reveal, ActionButton(Action.SHARE, short("Share to channel"), recap.id))


def _opened(recap: Recap, *, taken: str) -> Iterator[Markup]:
    """The texts of an open card, most wanted first, each in what room the ones before it leave."""
    characters, size = CHARACTER_LIMIT - len(taken), SIZE_LIMIT - _size(taken)
    sections = (
        ("", recap.summary.full, _FULL_SUMMARY),
        (_("Bonus scenes"), joined(recap.extras), 600),
        (_("Verdict"), recap.verdict or Spoiler(""), 300),
        (_("Final thoughts"), joined(recap.thoughts), 800),
    )
    for name, spoiler, limit in sections:
        heading = f"**{name}**\n" if name else ""
        room = min(limit, characters - len(heading))
        text = revealed(spoiler, room, size=size - _size(heading))
        if text:
            section = Markup(f"{heading}{text}")
            characters -= len(section)
            size -= _size(section)
            yield section


def _left(title: str, facts: str) -> int:
    """How many bytes a summary may have below these."""
    return SIZE_LIMIT - _size(f"{title}\n{facts}") - DISPLAY_SIZE


def _size(text: str) -> int:
    return len(text.encode()) + DISPLAY_SIZE

"""What a recap is: the values that every other part speaks about.

Everything here is immutable and knows neither I/O, nor SQL, nor Discord. Times are aware and in UTC.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final, Generic, NewType, Protocol, TypeVar

from bot.texts import day

FeedId = NewType("FeedId", int)
EntryId = NewType("EntryId", int)
ShowId = NewType("ShowId", int)
RecapId = NewType("RecapId", int)
SubscriptionId = NewType("SubscriptionId", int)
PostId = NewType("PostId", int)

GuildId = NewType("GuildId", int)
ChannelId = NewType("ChannelId", int)
MessageId = NewType("MessageId", int)
RoleId = NewType("RoleId", int)
UserId = NewType("UserId", int)

T = TypeVar("T")

#: Numbers above this are years, codes or mistakes, never seasons or episodes.
HIGHEST_NUMBER: Final = 9999


@dataclass(frozen=True, slots=True)
class Spoiler:
    """Text that could spoil. It is not a `str`, so showing it by mistake is a type error.

    `bot.recaps.spoilers` is the one place that turns it into something a reader may see. Its `str` and `repr`
    are safe to log.
    """

    text: str = field(repr=False)

    def __str__(self) -> str:
        return "[hidden]"

    def __bool__(self) -> bool:
        return bool(self.text)

    def __len__(self) -> int:
        return len(self.text)


class Kind(StrEnum):
    """What an entry does with episodes."""

    #: Retells particular episodes of one show.
    RECAP = "recap"
    #: Judges particular episodes of one show.
    REVIEW = "review"
    #: Everything else: news, trailers, season reviews, sports "recaps".
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class EpisodeRef:
    """Which episodes: a season (may be unknown), first to last episode, or the date a daily show aired.

    Raises:
        ValueError: a range that runs backwards or has one end, or a number outside 0…9999.
    """

    season: int | None = None
    first: int | None = None
    last: int | None = None
    aired: date | None = None

    def __post_init__(self) -> None:
        if (self.first is None) != (self.last is None):
            raise ValueError("a range needs both ends")
        if self.first is not None and self.last is not None and self.first > self.last:
            raise ValueError("a range runs forwards")
        for number in (self.season, self.first, self.last):
            if number is not None and not 0 <= number <= HIGHEST_NUMBER:
                raise ValueError("a season or episode number is between 0 and 9999")

    @classmethod
    def of(cls, season: int | None, episode: int | None) -> "EpisodeRef":
        """The reference to a single episode."""
        return cls(season=season, first=episode, last=episode)

    @property
    def is_numbered(self) -> bool:
        """Whether the episode itself has a number."""
        return self.first is not None

    @property
    def key(self) -> str | None:
        """The episode key (`s3e5`, `e5`, `s3e5-6`, `d2022-03-31`), or None where only the recap itself can be one."""
        if self.first is not None:
            season = "" if self.season is None else f"s{self.season}"
            last = "" if self.last == self.first else f"-{self.last}"
            return f"{season}e{self.first}{last}"
        if self.aired is not None:
            return f"d{self.aired.isoformat()}"
        return None

    def __str__(self) -> str:
        """How it is written for people: `S1E2`, `E2`, `S1E5–6`, `S3`, `31 Mar 2022`, or nothing."""
        season = "" if self.season is None else f"S{self.season}"
        if self.first is not None:
            last = "" if self.last == self.first else f"–{self.last}"
            return f"{season}E{self.first}{last}"
        if self.aired is not None:
            return day(self.aired)
        return season


NO_EPISODE: Final = EpisodeRef()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedHints:
    """What the operator or the feed itself says about all of its entries."""

    #: ISO 639-1, as the catalogue or the feed states it.
    language: str | None = None
    #: The one show that the feed is about.
    show: str | None = None
    #: The name of the site, as it stands behind headlines (" - Site Name").
    site: str | None = None
    #: Whether the feed carries only excerpts, so that the linked page has to be read.
    excerpts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One item of a feed, as published, with every field scrubbed of characters that no store or screen takes."""

    #: What the entry is known by: guid, else link, else title and date, in normal form.
    identity: str
    title: str = field(repr=False)
    link: str | None = None
    published: datetime | None = None
    author: str | None = None
    categories: tuple[str, ...] = ()
    #: The body as HTML: the content, else the description.
    html: str = field(default="", repr=False)
    #: The description, where the entry has a content beside it (often the verdict in one line).
    excerpt: str = field(default="", repr=False)
    #: Where relative addresses in the body start from, if not from the link.
    base: str | None = None
    #: The addresses of the pictures that the feed lists beside the body.
    pictures: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """What a headline says. Its raw text is never shown."""

    kind: Kind
    show: str | None = None
    #: Whether the show was found by a form that is right in ≥ 99 % of the corpus, so that it may be visible.
    sure: bool = False
    #: The form in which it names the show, in our own words.
    form: str | None = None
    ref: EpisodeRef = NO_EPISODE
    episode_title: Spoiler | None = None
    #: The part that tells, hints at or jokes about the plot.
    tail: Spoiler | None = None
    finale: bool = False
    premiere: bool = False
    #: The month and day it aired, where the headline leaves out the year.
    day: tuple[int, int] | None = None
    #: Whether it names a show and an episode but no word of kind, so that the article decides.
    bare: bool = False
    #: What the feed's categories call it: a recap, a review, or nothing.
    filed: Kind | None = None
    #: Why it is of this kind, in our own words.
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """A safe fact, and the sentence of the article it was found in."""

    value: T
    sentence: Spoiler


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What an article states about its show and episode that cannot spoil: numbers, dates, names."""

    native_title: Fact[str] | None = None
    director: Fact[tuple[str, ...]] | None = None
    cast: Fact[tuple[str, ...]] | None = None
    #: A network or streaming service, as the closed vocabulary spells it.
    streaming: Fact[str] | None = None
    episodes: Fact[int] | None = None
    runtime_minutes: Fact[int] | None = None
    aired: Fact[date] | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of an article. It may show anything, so it is hidden wherever it appears."""

    url: str
    caption: Spoiler | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """The text of a recap, taken apart."""

    #: The retelling, a paragraph each.
    story: tuple[Spoiler, ...] = ()
    #: Bonus scenes, previews of the next episode.
    extras: tuple[Spoiler, ...] = ()
    #: What the writer thinks.
    thoughts: tuple[Spoiler, ...] = ()
    verdict: Spoiler | None = None
    #: As written by the site: "4.5/5", "B+".
    rating: str | None = None
    facts: Facts = Facts()
    pictures: tuple[Picture, ...] = ()
    #: The episode that the first sentences speak of.
    opening_ref: EpisodeRef = NO_EPISODE
    #: The episode that a block such as "part 5 of 16 in the series" names.
    series_ref: EpisodeRef = NO_EPISODE
    #: The show that the first sentences name in a form that is always right.
    show: str | None = None
    #: What the feed itself marks as a spoiler; it is also at its place in the story.
    marked: tuple[Spoiler, ...] = ()
    words: int = 0

    @property
    def reading_minutes(self) -> int:
        """How long the article takes to read, in minutes, at 230 words a minute; at least 1."""
        return max(1, round(self.words / 230))


@dataclass(frozen=True, slots=True)
class Summary:
    """An article in its own sentences and order, at three lengths: about 300, 700 and 1,500 characters."""

    short: Spoiler
    card: Spoiler
    full: Spoiler


NO_SUMMARY: Final = Summary(Spoiler(""), Spoiler(""), Spoiler(""))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How an entry is understood, once everything it says has been weighed."""

    kind: Kind
    show: str | None = None
    #: Whether the evidence for the show is strong enough to make its name visible.
    sure: bool = False
    ref: EpisodeRef = NO_EPISODE
    finale: bool = False
    premiere: bool = False
    #: Where each number came from: ("season", "headline"), ("episode", "article") …
    origins: tuple[tuple[str, str], ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recap:
    """One recap or review, as it is stored and as cards are made of it."""

    id: RecapId
    feed: FeedId
    kind: Kind
    #: None where the show is not known on strong evidence; then nothing of it is visible.
    show: ShowId | None
    show_title: str | None
    ref: EpisodeRef
    #: The site's name, from the catalogue, or its host.
    site: str
    link: str | None
    seen: datetime
    published: datetime | None = None
    finale: bool = False
    premiere: bool = False
    author: str | None = None
    streaming: str | None = None
    reading_minutes: int | None = None
    summary: Summary = NO_SUMMARY
    extras: tuple[Spoiler, ...] = ()
    thoughts: tuple[Spoiler, ...] = ()
    verdict: Spoiler | None = None
    pictures: tuple[Picture, ...] = ()

    def __post_init__(self) -> None:
        check_aware(self.seen, self.published)

    @property
    def key(self) -> str:
        """The episode key; the recap's own where its show or episode is unknown, which joins nobody."""
        return (self.ref.key if self.show is not None else None) or f"r{self.id}"

    @property
    def date(self) -> datetime:
        """When it was published, or first seen where the feed does not say."""
        return self.published or self.seen


@dataclass(frozen=True, slots=True)
class Show:
    """One series."""

    id: ShowId
    title: str
    aliases: tuple[str, ...] = ()


class KnownShows(Protocol):
    """The shows and aliases that are known, as far as reading headlines needs them."""

    def canonical(self, name: str) -> str | None:
        """The title of the show that is called `name`, in any case, punctuation or alias; None if there is none."""


def check_aware(*times: datetime | None) -> None:
    """Refuse times without a zone, and zones that are not UTC.

    Raises:
        ValueError: one of the times is naive or not in UTC.
    """
    for time in times:
        if time is not None and time.tzinfo is not UTC:
            raise ValueError("times are aware and in UTC")


def joined(paragraphs: Iterable[Spoiler]) -> Spoiler:
    """Several hidden paragraphs as one hidden text."""
    return Spoiler("\n\n".join(paragraph.text for paragraph in paragraphs))

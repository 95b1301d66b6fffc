"""Everything that an entry and its article say, weighed: which show, which episode, which kind.

The headline speaks first. What it leaves open is filled in by the article's first sentences, then by its series block,
by the address of the page (which can be wrong, so it must agree with what is known), and by the feed's categories.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bot.recaps.headlines.forms import Form
from bot.recaps.model import Article, Entry, EpisodeRef, FeedHints, Headline, Kind, KnownShows, Reading
from bot.recaps.show_names import normal_form

#: Words for season and episode as addresses spell them. Headlines have a vocabulary; slugs are few and in ASCII.
_SEASON: Final = r"(?:season|series|staffel|saison|temporada|stagione|sezon|seizoen|s)-?"
_EPISODE: Final = r"(?:episodes?|ep|eps|folge|episodio|capitulo|cap|puntata|bolum|odcinek|aflevering|chapter|e)-?"
_NUMBER: Final = r"(?P<first>\d{1,4})(?:-(?:and-|to-)?(?P<last>\d{1,4})(?=-(?:recap|review)|$))?(?!\d)"
_CODES: Final = (
    re.compile(rf"(?<![a-z]){_SEASON}(?P<season>\d{{1,2}})-?{_EPISODE}{_NUMBER}"),
    re.compile(rf"(?<![a-z\d])(?P<season>\d{{1,2}})x{_NUMBER}"),
    re.compile(rf"(?<![a-z]){_EPISODE}{_NUMBER}"),
    re.compile(rf"(?<![a-z]){_SEASON}(?P<season>\d{{1,2}})(?!\d)"),
)
#: What a series has, and what stands between that and the series.
_COUNTED: Final = (
    r"(?i:episodes?|seasons?|series|hour|finale|premiere|instal+ments?|recap|ep\b\.?|s\d|folgen?|staffel|episodio|capítulo|"
    r"temporada|épisode|saison|puntata|stagione|odcinek|odcinka|sezon|bölüm|aflevering|seizoen|episódio|avsnitt|säsong)"
)
_OF: Final = r"(?i:of|on|in|to|for|von|der|des|de|del|della|di|da|do|du|van|av|af)"
#: How many paragraphs of an article are asked whether they name the show.
_FIRST: Final = 3
_NOT_SLUG: Final = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class _Show:
    name: str | None
    sure: bool
    origin: str


def weigh(headline: Headline, *, entry: Entry, article: Article | None, known: KnownShows, hints: FeedHints) -> Reading:
    """How an entry is understood; `article` is None where it was not read, or nothing was in it."""
    show = _show(headline, entry, article, known, hints)
    ref, origins = _ref(headline, show, entry, article)
    kind, reason = _kind(headline, article)
    return Reading(
        kind=kind,
        show=show.name,
        sure=show.sure,
        ref=ref,
        finale=headline.finale,
        premiere=headline.premiere,
        origins=((("show", show.origin),) if show.name else ()) + origins,
        reasons=headline.reasons + reason,
    )


def _show(headline: Headline, entry: Entry, article: Article | None, known: KnownShows, hints: FeedHints) -> _Show:
    """The show, by the strongest evidence there is."""
    named = headline.show and headline.form != Form.PREFIX and known.canonical(headline.show)
    if named:
        return _Show(named, sure=True, origin="known")
    if headline.show and headline.sure:
        return _Show(headline.show, sure=True, origin="headline")
    if article and article.show:
        return _Show(known.canonical(article.show) or article.show, sure=True, origin="article")
    if headline.show and article and _agrees(headline, article):
        return _Show(headline.show, sure=True, origin="article")
    if headline.show and normal_form(headline.show) in map(normal_form, entry.categories):
        return _Show(headline.show, sure=True, origin="category")
    if hints.show:
        return _Show(known.canonical(hints.show) or hints.show, sure=True, origin="feed")
    return _filed_under(entry, known) or _Show(headline.show, sure=False, origin="headline")


def _agrees(headline: Headline, article: Article) -> bool:
    """Whether the article says that what the headline numbers has seasons and episodes.

    That it uses the name is not enough: so it does with the title of the episode, and with those who die in it.
    """
    if headline.form != Form.NUMBERED or not headline.show:
        return False
    name = re.escape(headline.show)
    told = re.compile(rf"\b{_COUNTED}\b[^.,:;\"“”]{{0,20}} {_OF} {name}(?!\w)|(?<!\w){name}(?:['’]s?)?,? {_COUNTED}\b")
    return any(told.search(paragraph.text) for paragraph in (*article.story[:_FIRST], *article.thoughts[:_FIRST]))


def _filed_under(entry: Entry, known: KnownShows) -> _Show | None:
    """The one known show among the categories."""
    filed = {title for category in entry.categories if (title := known.canonical(category))}
    return _Show(filed.pop(), sure=True, origin="category") if len(filed) == 1 else None


def _ref(
    headline: Headline, show: _Show, entry: Entry, article: Article | None
) -> tuple[EpisodeRef, tuple[tuple[str, str], ...]]:
    """The episode, completed source by source, and where each number came from."""
    ref = _dated(headline, entry)
    origins = [*_origins(EpisodeRef(), ref, "headline")]
    for origin, told in _sources(headline, show, entry, article):
        completed = _completed(ref, told)
        origins += _origins(ref, completed, origin)
        ref = completed
    return ref, tuple(origins)


def _dated(headline: Headline, entry: Entry) -> EpisodeRef:
    """The headline's reference, with its day in the year that is nearest to when the entry was published."""
    if headline.day is None or entry.published is None or headline.ref.is_numbered or headline.ref.aired:
        return headline.ref
    published = entry.published.date()
    days = (_day(published.year + years, *headline.day) for years in (-1, 0, 1))
    nearest = min((day for day in days if day), key=lambda day: abs(day - published), default=None)
    return replace(headline.ref, aired=nearest)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _sources(
    headline: Headline, show: _Show, entry: Entry, article: Article | None
) -> Iterator[tuple[str, EpisodeRef]]:
    if article is not None:
        yield "article", article.opening_ref
        yield "series", article.series_ref
    slug = _slug(entry.link or "")
    if any(name and _is_in(name, slug) for name in (headline.show, show.name)):
        yield "address", slug_ref(slug)
    for category in entry.categories:
        yield "category", slug_ref(_NOT_SLUG.sub("-", category.lower()))


def _completed(ref: EpisodeRef, told: EpisodeRef) -> EpisodeRef:
    """The reference with what it leaves open, unless the other one speaks of another season, episode or day."""
    if _contradicts(ref, told):
        return ref
    season = told.season if ref.season is None else ref.season
    if ref.is_numbered:
        return EpisodeRef(season, ref.first, ref.last, ref.aired)
    return EpisodeRef(season, told.first, told.last, ref.aired or told.aired)


def _contradicts(ref: EpisodeRef, told: EpisodeRef) -> bool:
    if None not in (ref.season, told.season) and ref.season != told.season:
        return True
    return ref.is_numbered and told.is_numbered and (ref.first, ref.last) != (told.first, told.last)


def _origins(before: EpisodeRef, after: EpisodeRef, origin: str) -> Iterator[tuple[str, str]]:
    for what, old, new in (
        ("season", before.season, after.season),
        ("episode", before.first, after.first),
        ("aired", before.aired, after.aired),
    ):
        if old is None and new is not None:
            yield what, origin


def slug_ref(slug: str) -> EpisodeRef:
    """The episode that the words of an address name: `show-season-2-episode-3-recap`, `show-s1e6review`."""
    for code in _CODES:
        found = code.search(slug)
        if found:
            return _coded(found.groupdict())
    return EpisodeRef()


def _coded(groups: dict[str, str | None]) -> EpisodeRef:
    season, first, last = (int(groups.get(name) or -1) for name in ("season", "first", "last"))
    numbered = first >= 0
    return EpisodeRef(
        season if season >= 0 else None,
        first if numbered else None,
        (last if first < last <= first + 30 else first) if numbered else None,
    )


def _slug(link: str) -> str:
    """The address without its host, as words and numbers with hyphens between."""
    path = link.partition("://")[2].partition("/")[2].partition("?")[0]
    return _NOT_SLUG.sub("-", path.lower()[:400])


def _is_in(name: str, slug: str) -> bool:
    """Whether an address names the show."""
    words = _NOT_SLUG.sub("-", name.lower()).removeprefix("the-").strip("-")
    return bool(words) and f"-{words}-" in f"-{slug}-"


def _kind(headline: Headline, article: Article | None) -> tuple[Kind, tuple[str, ...]]:
    """The kind of the headline; where it names an episode only, the kind that the article shows."""
    if not headline.bare:
        return headline.kind, ()
    if article is None or not article.story:
        return Kind.OTHER, ("the article retells nothing",)
    if headline.filed is Kind.REVIEW:
        return Kind.REVIEW, ("the feed files it as a review",)
    if headline.filed is None and (article.rating or len(article.thoughts) > len(article.story)):
        return Kind.REVIEW, ("the article judges the episode",)
    return Kind.RECAP, ("the article retells the episode",)

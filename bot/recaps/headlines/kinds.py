"""The evidence for and against each kind, and what it adds up to."""

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from bot.recaps.headlines.words import Mark
from bot.recaps.model import Kind

_KIND: Final = re.compile("[RVr]")


class Evidence(NamedTuple):
    """What a headline shows of its kind."""

    #: The marks of its head, in order, and those of its tail.
    head: str
    tail: str = ""
    #: The marks of its front, if that is not a name beyond doubt.
    front: str = ""
    show: bool = False
    #: An episode, a chapter or a part is numbered.
    episode: bool = False
    #: A finale, a date, a title … tells that it is about particular episodes, without a number.
    particular: bool = False
    #: The name of the show is beyond doubt, and nothing stands between it and the core.
    sure: bool = False
    #: Words stand between the name of the show and the core.
    apart: bool = False
    #: It says that it retells or judges an episode, whichever.
    told: bool = False
    #: A whole season is named.
    season: bool = False
    #: It counts as books, films and games do.
    book: bool = False
    #: A recap speaks of a match, a market, a week, and of no show that is known.
    sports: bool = False
    #: Without a word of kind, its tail speaks of when, where and what to expect.
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    kind: Kind
    reason: str
    #: Whether an episode is named but no kind, so that the article decides.
    bare: bool = False


def judge(evidence: Evidence) -> Verdict:
    """The kind of an entry by its headline."""
    against = _against(evidence)
    if against:
        return Verdict(Kind.OTHER, against)
    if evidence.book and _KIND.search(evidence.head):
        return Verdict(Kind.OTHER, "about a book, a film or a game")
    if Mark.RECAP in evidence.head:
        return _recap(evidence)
    if Mark.RETELLING in evidence.head and (evidence.episode or (evidence.particular and evidence.sure)):
        if evidence.sports:
            return Verdict(Kind.OTHER, "retells something that is no show")
        return Verdict(Kind.RECAP, "retells a particular episode")
    if Mark.REVIEW in evidence.head:
        return _review(evidence)
    if _KIND.search(evidence.head):
        return Verdict(Kind.OTHER, "explains, but no particular episode")
    return _bare(evidence)


def _against(evidence: Evidence) -> str | None:
    head = evidence.head
    if Mark.NEWS in head:
        return "another kind of text: a trailer, an interview, a podcast"
    kind = _KIND.search(head)
    if Mark.TEASE in (head[: kind.start()] if kind else head):
        return "news or a preview"
    if Mark.CATCHUP in head + evidence.tail and not (evidence.episode or evidence.particular):
        return "about more than particular episodes"
    if Mark.TEASE in head and not (evidence.episode or Mark.RECAP in head or Mark.REVIEW in head):
        return "news or a preview"
    if kind is None and any(
        mark in evidence.front + head + evidence.tail for mark in (Mark.NEWS, Mark.TEASE, Mark.DOUBT)
    ):
        return "news or a preview"
    return None


def _recap(evidence: Evidence) -> Verdict:
    if evidence.sports:
        return Verdict(Kind.OTHER, "a recap of something that is no show")
    if not (evidence.show or evidence.episode or evidence.told):
        return Verdict(Kind.OTHER, "a recap of no show")
    if evidence.season and not (evidence.episode or evidence.particular):
        return Verdict(Kind.OTHER, "a recap of a whole season")
    return Verdict(Kind.RECAP, "says that it is a recap")


def _review(evidence: Evidence) -> Verdict:
    if evidence.episode or evidence.particular:
        return Verdict(Kind.REVIEW, "reviews a particular episode")
    return Verdict(Kind.OTHER, "a review of no particular episode")


def _bare(evidence: Evidence) -> Verdict:
    if evidence.apart or not (evidence.episode or (evidence.particular and evidence.sure)):
        return Verdict(Kind.OTHER, "names no episode and no kind")
    if evidence.ahead:
        return Verdict(Kind.OTHER, "speaks of an episode without retelling it")
    return Verdict(Kind.OTHER, "names an episode but no kind", bare=True)

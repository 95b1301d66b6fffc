"""Where a headline's parts are: what stands before the facts, the facts themselves, and the tail that spoils.

The *core* is the run of numbers and words of kind ("Season 2 Episode 3 Recap") with what may stand between them. The
name of the show is before it ("Show S2E3 Recap: tail"), behind its first word ("Recap: Show S2E3"), or behind an *of*.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from bot.recaps.headlines.numbers import TAKEN, Numbers
from bot.recaps.headlines.spelling import Spelling
from bot.recaps.headlines.words import Mark

Span = tuple[int, int]

#: Marks that never end a name.
_WEAK: Final = frozenset({Mark.DOUBT, Mark.TEASE, Mark.NEWS, Mark.CATCHUP})
KINDS: Final = frozenset({Mark.RECAP, Mark.REVIEW, Mark.RETELLING})
_WORDS_OF_KIND: Final = frozenset({Mark.RECAP, Mark.REVIEW})
#: Marks that may be the first word of a name, and are nothing else before more words.
_NAME_WORDS: Final = frozenset({Mark.TEASE, Mark.FINALE, Mark.PREMIERE, Mark.REUNION})

_KIND: Final = re.compile("[RVr]")
_MARKS: Final = re.compile("@+|[RVrAaDBFMU]")
_TAG: Final = re.compile(r"(?:\[[^\[\]]{1,40}\]|\([^()]{1,40}\)|【[^【】]{1,40}】|D ?[:|!-]|\*D\*) ?(?=.)")
#: *[Show review] Episode 10*
_TAG_WITH_NAME: Final = re.compile(r"\[w[^\]]*\] @")
_EPISODE_KIND: Final = re.compile("(?:g )?E [RV]")
_NAMED: Final = re.compile("[wqnyozimdKCPSTEHGxstei]")
_FILLING: Final = re.compile(r"[ ,:\-|/()\[\].&~'’‘fghNO#EHS@]*")
_FILLING_WITH_TITLE: Final = re.compile(rf"{_FILLING.pattern}(?:q+{_FILLING.pattern})?")
_BREAK: Final = re.compile(r"[|!?:]| - ")
_TITLE_OF_SHOW: Final = re.compile("[《『]")
_SENTENCE_END: Final = re.compile("[!?] .*w")
_CLAUSE: Final = re.compile("(?: -|[:|!?]) (?:h )?(?:g )?$")
_KIND_OF_NAME: Final = re.compile(" O (?:h )?(?:g )?[wq]")
_BREAK_OR_QUOTE: Final = re.compile(rf"{_BREAK.pattern}|q")
_COUNTED: Final = re.compile("(?P<count>(?:h )?[nz] )r(?= O )")
_WORDS_ONLY: Final = re.compile("(?: w)+ ")
_MORE_OF_NAME: Final = re.compile("[ -][wO~]")
_AFTER_TITLE: Final = re.compile(r" ?(?:- |[,:|(]).*[wyn].*")
_CLOSED: Final = re.compile(r"[ ]?(?:$|[:|\-()\[\],.!?@]|[&/](?= ?[RVrFMU@]))")
_LEAD_IN: Final = re.compile(
    r"(?: f(?= O))?(?: O(?= ))?(?: f)?(?: [EHC] O(?= ))?(?: h(?= [gq]))?(?: g)?[ :\-|,.)\]]*(?:g[ :]*)?"
)
_QUOTE_AHEAD: Final = re.compile(" g q|: ?(?:g )?q+ ?(?:w )?[@FM]")
_QUOTE_OR_NAME: Final = re.compile(rf" q|{_QUOTE_AHEAD.pattern}")
_OF: Final = re.compile(r"[ ,]*O ")
_NAME_AHEAD: Final = re.compile(
    r"q+|[^|!?(\[q@:-]{1,120} O q+|[Nw] ?&?['’]w q+|[^|!?(\[q@]{1,120}?(?= - |[|!?(\[q@]|$)"
)
_NAMED_LATER: Final = re.compile(r" ?(?:[:|~\-] ?(?P<name>[^:|!?@,(]*[^:|!?@,( O])|(?P<quoted>q+))[:,]? [@F]")
_TITLE: Final = re.compile(r"[ :,\-|]*(?P<title>q+)(?=[ ]?(?:$|[:|\-(\[,.!@])|$)")


class Parts(NamedTuple):
    """Ranges of tokens; empty where there is no such part."""

    #: Where the show's name is, with what may surround it.
    name: Span = (0, 0)
    #: Whether the name stands behind a word of kind.
    kind_first: bool = False
    #: From the first to the last mark that counts.
    core: Span = (0, 0)
    title: Span = (0, 0)
    tail: Span = (0, 0)
    #: A clause before all of it.
    front: Span = (0, 0)
    #: Words of the tail with a number right behind them, which may be the name: *“Title” Recap: Show* `S2E5`.
    later: Span = (0, 0)


class _Mark(NamedTuple):
    letter: str
    start: int
    end: int


def find_parts(spelling: Spelling, numbers: Numbers) -> Parts:
    """The parts of a headline; without any mark there are none but the tail."""
    shape = numbers.shape
    begin, front = _begin(shape), (0, 0)
    found_marks = [_Mark(found[0][0], found.start(), found.end()) for found in _MARKS.finditer(shape, begin)]
    marks = _without_words_of_names(shape, begin, found_marks)
    for index, mark in enumerate(marks[:2]):
        clause = _CLAUSE.search(shape, begin, mark.start)
        if clause and mark.letter in _WORDS_OF_KIND and _KIND_OF_NAME.match(shape, mark.end):
            # *Something happens - a Recap of Show*, *Our Thoughts: Recap of Show*
            begin, front, marks = mark.start, (begin, clause.start()), marks[index:]
            break
    if not marks and begin:
        # *[Recap] Show: Title*: nothing but the tag tells the kind.
        begin, marks = 0, [_Mark(found[0][0], found.start(), found.end()) for found in _MARKS.finditer(shape, 0, begin)]
    if not marks:
        return Parts(tail=(begin, len(shape)))
    if _NAMED.search(shape, _behind_count(shape, begin, marks[0]), marks[0].start) or _is_small_name(
        shape, begin, marks[0]
    ):
        return _name_first(spelling, shape, begin, marks)
    return _kind_first(spelling, shape, marks)._replace(front=front)


def _begin(shape: str) -> int:
    """Where the headline begins: behind a tag in brackets that tells its kind, or at the kind of an *Episode Recap*."""
    tag = _TAG.match(shape)
    begin = tag.end() if tag and _MARKS.search(tag[0]) and not _TAG_WITH_NAME.match(shape) else 0
    counted = _EPISODE_KIND.match(shape, begin)
    return counted.end() - 1 if counted else begin


def _behind_count(shape: str, begin: int, first: _Mark) -> int:
    """Where the words before the first mark begin, behind a count of what it names: *5 Takeaways From Show*."""
    counted = _COUNTED.match(shape, begin)
    return counted.end("count") if counted and counted.end() == first.end else begin


def _is_small_name(shape: str, begin: int, first: _Mark) -> bool:
    """Whether small words before a number are the name: *From* `S3E5`, *The Double* `S1E2`."""
    return first.letter == TAKEN and shape[begin : first.start].strip() in {Mark.OF, "h f"}


def _without_words_of_names(shape: str, begin: int, marks: Sequence[_Mark]) -> Sequence[_Mark]:
    """The marks from the first that is no word of a name: *Top Chef*, *America's Next Top Model*, *Pilot Season*."""
    while len(marks) > 1 and _is_word_of_name(shape, begin, marks):
        marks = marks[1:]
    return marks


def _is_word_of_name(shape: str, begin: int, marks: Sequence[_Mark]) -> bool:
    first, gap = marks[0], shape[marks[0].end : marks[1].start]
    if first.letter == Mark.DOUBT and (_MORE_OF_NAME.match(gap) or _is_end_of_name(shape, first, gap)):
        return True
    if _SENTENCE_END.match(gap) and any(mark.letter in KINDS for mark in marks) and first.letter in _WEAK:
        return True  # *Something Is Coming Soon! Show* `Recap`
    if _BREAK.search(gap):
        return False
    if first.letter == Mark.TEASE and not any(mark.letter in KINDS for mark in marks):
        return False
    if first.letter in KINDS:
        return shape[begin : first.start] == f"{Mark.ARTICLE} " and bool(_WORDS_ONLY.fullmatch(gap))
    is_first_word = first.letter in _NAME_WORDS and not _NAMED.search(shape, begin, first.start)
    return is_first_word and bool(_NAMED.search(gap))


def _is_end_of_name(shape: str, first: _Mark, gap: str) -> bool:
    """Whether a word ends a name before a colon: *Somebody Is the Best:* `Episode 5`, but not *Show Spoilers:* `…`."""
    return gap == ": " and shape[: first.start].endswith(f"{Mark.ARTICLE} ")


def _name_first(spelling: Spelling, shape: str, begin: int, marks: Sequence[_Mark]) -> Parts:
    name = (begin, marks[0].start)
    end, gap = _core_end(shape, marks, judged=_KIND.search(shape, 0, begin) is not None)
    if marks[0].letter in KINDS and shape[marks[0].end :].lstrip(" ?!").startswith("|"):
        # "A pun on recaps | Show Week 3": the part with the number has the name.
        later = next((mark for mark in marks if mark.letter == TAKEN and mark.start > end), None)
        if later is not None:
            name, end = (shape.rindex("|", 0, later.start) + 1, later.start), later.end
    behind = _NAMED_LATER.match(shape, end) if TAKEN not in shape[marks[0].start : end] else None
    named_later = behind.span(behind.lastgroup or 0) if behind else (0, 0)
    return _with_tail(spelling, shape, Parts(name, core=(marks[0].start, end), title=gap, later=named_later))


def _kind_first(spelling: Spelling, shape: str, marks: Sequence[_Mark]) -> Parts:
    end, gap = _core_end(shape, marks, kind_first=True)
    core = (marks[0].start, end)
    if (
        marks[0].letter == TAKEN
        and gap[0] < gap[1]
        and (not _BREAK_OR_QUOTE.search(shape, *gap) or _TITLE_OF_SHOW.search(spelling.cut(*gap)))
    ):
        # *Season 2, Episode 5* Show *Recap*, *第2集《Show》劇情*
        return _with_tail(spelling, shape, Parts(gap, core=(gap[1], end)))
    behind = [mark for mark in marks if mark.start >= end and mark.letter not in _WEAK]
    if _is_called_so(shape, marks):
        return _with_tail(spelling, shape, Parts((core[0], marks[0].end), core=(marks[0].end, end), title=gap))
    name = _name_ahead(spelling, shape, marks[0], core, behind)
    if name is None:
        return _with_tail(spelling, shape, Parts(core=core, title=gap, kind_first=True))
    if behind and shape[name[0]] == Mark.QUOTED and _AFTER_TITLE.fullmatch(shape, name[1], behind[0].start):
        # *Review: "Title" - Show* `S2E5`
        gap, name = name, (name[1], behind[0].start)
        return _with_tail(
            spelling, shape, Parts(name, kind_first=True, core=(core[0], _core_end(shape, behind)[0]), title=gap)
        )
    if behind and not _NAMED.search(shape, name[1], behind[0].start):
        end, gap = _core_end(shape, behind)
    else:
        end = name[1]
    return _with_tail(spelling, shape, Parts(name=name, core=(core[0], end), title=gap, kind_first=True))


def _is_called_so(shape: str, marks: Sequence[_Mark]) -> bool:
    """Whether the first word is the name, as a number and another word of kind follow: *Review* `S2E3 Recap`."""
    if len(marks) < 3 or marks[0].letter not in KINDS or shape[marks[0].end : marks[1].start] != " ":
        return False
    return marks[1].letter in {TAKEN, Mark.FINALE} and any(mark.letter in KINDS for mark in marks[2:])


def _name_ahead(spelling: Spelling, shape: str, first: _Mark, core: Span, behind: Sequence[_Mark]) -> Span | None:
    """The name behind a core that has none before it: after a word of kind, or after an *of*."""
    lead = _LEAD_IN if first.letter in KINDS or _KIND.search(shape, *core) else _OF
    if TAKEN in shape[core[0] : core[1]] and lead is _LEAD_IN:
        # Right behind a number stands the title: *Review 7x03 “Title”*, but *Recenzja 3. odcinka „Show”*.
        quoted = _QUOTE_AHEAD if spelling.shape[core[1] - 1] == Mark.NUMBER else _QUOTE_OR_NAME
        lead = _LEAD_IN if quoted.match(shape, core[1]) else _OF
    led = lead.match(shape, core[1])
    if led is None or led.end() >= len(shape):
        return None
    name = _NAME_AHEAD.match(shape, led.end(), behind[0].start if behind else len(shape))
    return name.span() if name else None


def _core_end(
    shape: str, marks: Sequence[_Mark], *, kind_first: bool = False, judged: bool = False
) -> tuple[int, Span]:
    """Where the core that begins with the first mark ends, and a title between its number and its word of kind.

    Where nothing stands before the core, words behind an *of* are the name. `judged` says whether the kind is told
    already.
    """
    end, title = marks[0].end, (0, 0)
    judged, doubted = judged or marks[0].letter in KINDS, marks[0].letter in _WEAK
    for mark in marks[1:]:
        gap = shape[end : mark.start]
        if judged and mark.letter != TAKEN and _BREAK.search(gap) and not _CLOSED.match(shape, mark.end):
            break
        if mark.letter == Mark.RETELLING and shape[end - 1] == Mark.REVIEW and _BREAK.search(gap):
            break  # *Show* `Review`: *What Happened*
        if mark.letter == Mark.REUNION and TAKEN in shape[marks[0].start : end] and _BREAK.search(gap):
            break  # *Show* `Episode 8 Recap`: *Hometowns!*
        if not _FILLING.fullmatch(gap):
            if (
                judged
                or (kind_first and _OF.match(gap))
                or (doubted and mark.letter == Mark.RETELLING)
                or not _bridges(gap, shape, mark)
            ):
                break
            title = (end, mark.start) if mark.letter in KINDS else title
        end = mark.end
        judged, doubted = judged or mark.letter in KINDS, doubted or mark.letter in _WEAK
    return end, title


def _bridges(gap: str, shape: str, mark: _Mark) -> bool:
    """Whether a gap with words in it still belongs to the core: a stage, or the title before the word of kind."""
    if _FILLING_WITH_TITLE.fullmatch(gap):
        return True
    if mark.letter in KINDS and _CLOSED.match(shape, mark.end):
        return True
    return not _BREAK.search(gap) and gap.count(Mark.WORD) <= 4


def _with_tail(spelling: Spelling, shape: str, parts: Parts) -> Parts:
    """The parts with what follows the core: a title in quotation marks, then the tail."""
    title, start = parts.title, parts.core[1]
    quoted = _TITLE.match(shape, start)
    if quoted and title == (0, 0):
        title, start = quoted.span("title"), quoted.end()
    return parts._replace(title=title, tail=(start, len(spelling.tokens)))

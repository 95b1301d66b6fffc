"""Texts into sentences, in scripts with spaces and without."""

import re
from collections.abc import Collection, Iterable
from typing import Final

_CLOSERS: Final = "\"'”’»)\\]」』）】》〉"
#: Where a sentence may end: marks with what closes behind them; wide marks need no blank after them.
_END: Final = re.compile(
    rf"[。！？｡][。！？!?…]*[{_CLOSERS}]*|[.!?…][.!?…]*(?:[{_CLOSERS}]+|[ \u00a0\u202f]»)?(?=\s|$)|\n+"
)
_LAST_WORD: Final = re.compile(r"[^\s(\"'“‘«]*$")
_INITIAL: Final = re.compile(r"(?:[A-ZÀ-Þ]\.)*[A-HJ-ZÀ-Þ]")
_NEXT_WORD: Final = re.compile(r"\s*[\"'“‘«(—–-]*\s*([^\W\d_]{1,40})")
#: The number of an item in a list.
_ITEM: Final = re.compile(r"\s*\d{1,3}")
#: The next part of a date such as "2024. 7. 10."
_COUNTS: Final = re.compile(r"\s?\d{1,2}(?:\.|일)")
_LONGEST_WORD: Final = 40
_WIDE: Final = re.compile(r"[\u3000-\u30ff\u3400-\u9fff\uff00-\uff65]")
_WIDE_END: Final = re.compile(rf"[。！？｡][…]*[{_CLOSERS}]*$")


def sentences(text: str, abbreviations: Collection[str] = ()) -> tuple[str, ...]:
    """The sentences of `text`, in order and without the blanks around them.

    A mark that belongs to an abbreviation, an initial or a number ends nothing, nor does one that is followed by a
    word in lower case ("What?" she asks.). `abbreviations` are in lower case and without their last full stop.
    """
    found, start = [], 0
    for end in _END.finditer(text):
        if _ends(text, end, start, abbreviations):
            found.append(text[start : end.end()])
            start = end.end()
    found.append(text[start:])
    return tuple(sentence for piece in found if (sentence := piece.strip()))


def joined_sentences(found: Iterable[str]) -> str:
    """Sentences as one text; after wide marks no blank is needed."""
    text = ""
    for sentence in found:
        text += sentence if not text or _WIDE_END.search(text) else f" {sentence}"
    return text


def joined_lines(before: str, line: str) -> str:
    """Two lines of one sentence; between wide letters no blank is needed."""
    return f"{before}{line}" if _WIDE.search(before[-1:] + line[:1]) else f"{before} {line}"


def _ends(text: str, end: re.Match[str], start: int, abbreviations: Collection[str]) -> bool:
    mark = end[0]
    if mark[0] == "\n":
        return True
    if mark[0] in "。！？｡":
        return not _goes_on_wide(text, end)
    following = _NEXT_WORD.match(text, end.end())
    if following and following[1].islower():
        return False
    if mark == "." and _ITEM.fullmatch(text, start, end.start()):
        return False
    if mark == "." and _COUNTS.match(text, end.end()) and text[end.start() - 1 : end.start()].isdigit():
        return False
    return mark != "." or not _is_abbreviated(
        text[max(start, end.start() - _LONGEST_WORD) : end.start()], abbreviations
    )


def _goes_on_wide(text: str, end: re.Match[str]) -> bool:
    """Whether a quotation has just ended and the sentence around it has not (「待って！」と叫ぶ)."""
    return end[0][-1] in "」』”" and text[end.end() : end.end() + 1] in tuple("とっのがはをにで，、,")


def _is_abbreviated(before: str, abbreviations: Collection[str]) -> bool:
    last = _LAST_WORD.search(before)
    word = last[0] if last else ""
    return word.casefold() in abbreviations or bool(_INITIAL.fullmatch(word))

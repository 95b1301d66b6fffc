"""Text → tokens and their shape.

The shape of a headline is a text with one letter for each token: *Show* `Season 3, Episode 6 Recap` is `w S n, E n R`.
The grammar of numbers, dates and parts is then written in short regular expressions that know no language.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from bot.recaps.headlines.words import WORD, HeadlineWords, Mark, Meaning

#: Longer headlines are texts that somebody put into the wrong field.
LONGEST: Final = 500

_TOKEN: Final = re.compile(rf"(?P<space>\s+)|(?P<digits>\d+)|(?P<word>{WORD})|(?P<sign>.)", re.DOTALL)
_TAG: Final = re.compile(r"</?[A-Za-z][^<>]{0,80}>")
_INVISIBLE: Final = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U0001f1e6-\U0001faff\u2600-\u27bf]+"
)
_UNSPACED: Final = re.compile("[\u0e00-\u0e7f\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ROMAN: Final = re.compile(r"(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})")
#: Full-width letters, digits and signs are the narrow ones; both are one character long.
_NARROW: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0x0130: "i"}
_SIGNS: Final = {
    "–": "-",
    "—": "|",
    "―": "|",
    "‐": "-",
    "‑": "-",
    "−": "-",
    "~": "~",
    "〜": "~",
    "～": "~",
    "·": "-",
} | {
    "+": "&",
    "&": "&",
    "、": ",",
    "：": ":",
    "／": "/",
    "×": "x",
    "№": "#",
    "｜": "|",
    "ǀ": "|",
    "•": "|",
    "…": ".",
    "・": " ",
}
_DOUBLE: Final = '"“”„‟″'
_SINGLE: Final = "'‘’‚‛`´"
#: Signs that are often none of a quotation.
_UNSURE: Final = _SINGLE + "<"
_PAIRS: Final = {"【": "】", "「": "」", "『": "』", "《": "》", "〈": "〉", "«": "»", "<": ">"}
#: What letters between digits mean: 1x02, 01E02; and those before digits: S01, E02.
_GLUED: Final = {"x": Mark.X, "e": Mark.E, "ep": Mark.E, "xe": Mark.E, "s": Mark.S, "t": None}
_GLUED_BEFORE: Final = {"s": Mark.S, "t": Mark.T, "e": Mark.E}
_ANY_QUOTE: Final = frozenset([*_DOUBLE, *_SINGLE, *_PAIRS, *_PAIRS.values()])
_HAN_DIGITS: Final = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


class Token(NamedTuple):
    """A word, phrase, number or sign, where it stands in the text, and its value if it is a number or month.

    A tuple, because a headline has dozens and a frozen dataclass takes three times as long to make.
    """

    start: int
    end: int
    mark: str
    value: int | None = None


@dataclass(frozen=True, slots=True)
class Spelling:
    """A headline as tokens; character *i* of `shape` is the mark of token *i*."""

    text: str
    tokens: tuple[Token, ...]
    shape: str
    #: Token ranges in quotation marks, which are part of them.
    quotes: tuple[tuple[int, int], ...] = ()

    def cut(self, start: int, end: int) -> str:
        """The text from token `start` up to token `end`."""
        if start >= end:
            return ""
        return self.text[self.tokens[start].start : self.tokens[end - 1].end]

    def value(self, index: int) -> int:
        """The number that token `index` stands for."""
        return self.tokens[index].value or 0


def tidy(text: str) -> str:
    """The headline without markup, invisible characters and pictures, on one line, not too long."""
    plain = _INVISIBLE.sub(" ", _TAG.sub("", text[:LONGEST]).translate(_NARROW))
    return " ".join(plain.split())


def spell(text: str, words: HeadlineWords) -> Spelling:
    """The tokens of a tidy headline, with everything in quotation marks masked."""
    tokens = tuple(_tokens(text, words))
    if "#" in text and _UNSPACED.search(text):
        # Japanese counts episodes so; elsewhere the sign is part of names.
        tokens = tuple(token._replace(mark=Mark.CHAPTER) if text[token.start] == "#" else token for token in tokens)
    quotes = tuple(quote for quote in _quotes(text, tokens) if not _is_tag(text, tokens[slice(*quote)]))
    shape = [token.mark for token in tokens]
    for start, end in quotes:
        shape[start:end] = [Mark.QUOTED] * (end - start)
    return Spelling(text, tokens, "".join(shape), quotes)


def _is_tag(text: str, tokens: Sequence[Token]) -> bool:
    """Whether 【these brackets】 hold words of kind only, and no name."""
    return text[tokens[0].start] == "【" and all(token.mark != Mark.WORD for token in tokens)


def unmasked(spelling: Spelling) -> Spelling:
    """The same headline with its quotation marks read as mere signs."""
    shape = "".join(token.mark for token in spelling.tokens)
    return Spelling(spelling.text, spelling.tokens, shape, ())


def _tokens(text: str, words: HeadlineWords) -> Iterator[Token]:
    raw = [_plain(match) for match in _TOKEN.finditer(text)]
    lower = text.lower()
    low = [lower[token.start : token.end] for token in raw]
    index = 0
    while index < len(raw):
        token = raw[index]
        if token.mark == Mark.WORD:
            after, found = _word(text, raw, low, index, words)
            yield from found
            index = after
        elif token.value is not None and _is_ordinal(text, raw, low, index, words):
            yield Token(token.start, raw[index + 1].end, Mark.ORDINAL, token.value)
            index += 2
        else:
            yield token
            index += 1


def _is_ordinal(text: str, raw: Sequence[Token], low: Sequence[str], index: int, words: HeadlineWords) -> bool:
    """Whether an ending that touches the number makes it an ordinal, and no more digits follow: 2nd, 3ª, but not 6A."""
    if index + 1 >= len(raw) or low[index + 1] not in words.ordinal_ends:
        return False
    if index + 2 < len(low) and low[index + 2].isdecimal():
        return False
    return len(low[index + 1]) > 1 or text[raw[index + 1].start] == low[index + 1]


def _plain(match: re.Match[str]) -> Token:
    """A token by its characters alone; the vocabulary may know more about a word."""
    start, end = match.span()
    if match.lastgroup == "word":
        return Token(start, end, Mark.WORD)
    if match.lastgroup == "space":
        return Token(start, end, Mark.SPACE)
    if match.lastgroup == "sign":
        return Token(start, end, _SIGNS.get(match[0], match[0]))
    if end - start > 4:
        return Token(start, end, Mark.WORD)
    value = int(match[0])
    year = end - start == 4 and 1900 <= value <= 2099
    return Token(start, end, Mark.YEAR if year else Mark.NUMBER, value)


def _word(
    text: str, raw: Sequence[Token], low: Sequence[str], index: int, words: HeadlineWords
) -> tuple[int, Sequence[Token]]:
    """The tokens that the word at `index` begins (a phrase is one), and where to go on."""
    token, word = raw[index], low[index]
    if word in _GLUED and (glued := _glued(low, index)):
        return index + 1, [token._replace(mark=glued)]
    if word in words.phrases and index + 2 < len(low):
        for phrase, meaning in words.phrases[word].get(low[index + 2], ()):
            if _is_phrase(low, index, phrase):
                after = index + 2 * len(phrase) - 1
                return after, [Token(token.start, raw[after - 1].end, meaning.mark, meaning.value)]
    if word in words.single:
        meaning = words.single[word]
        return index + 1, [Token(token.start, token.end, meaning.mark, meaning.value)]
    if not word.isascii() and _UNSPACED.search(word):
        return index + 1, list(_pieces(text[token.start : token.end], token.start, words))
    if word[0] in "ivx" and _ROMAN.fullmatch(text, token.start, token.end):
        return index + 1, [token._replace(mark=Mark.ROMAN, value=roman(text[token.start : token.end]))]
    return index + 1, [token]


def _is_phrase(low: Sequence[str], index: int, phrase: tuple[str, ...]) -> bool:
    """Whether the words of `phrase` stand at `index`, with a blank or sign between them."""
    after = index + 2 * len(phrase) - 1
    return tuple(low[index:after:2]) == phrase and all(
        gap.isspace() or gap in "-‑'’&" for gap in low[index + 1 : after : 2]
    )


def _glued(low: Sequence[str], index: int) -> str | None:
    """The mark of a letter that counts the digits beside it: S01E02, S.1, 1x02, 1 x 02."""
    before, after = low[max(index - 2, 0) : index], low[index + 1 : index + 3]
    if not after:
        return None
    if low[index] == "x" and after[0] == " " and before[-1:] == [" "]:
        return Mark.X if before[0].isdecimal() and after[-1].isdecimal() else None
    if not after[0].isdecimal():
        is_short = after[0] == "." and after[-1].isdecimal() and before[-1:] in ([], [" "], ["("])
        return _GLUED_BEFORE.get(low[index]) if is_short else None
    if before and before[-1].isdecimal():
        return _GLUED[low[index]]
    return _GLUED_BEFORE.get(low[index])


def _pieces(run: str, offset: int, words: HeadlineWords) -> Iterator[Token]:
    """A run of letters without blanks, cut at the words that are known in it."""
    done = 0
    for piece in words.unspaced_pattern.finditer(run.lower()):
        if piece.start() > done:
            yield Token(offset + done, offset + piece.start(), Mark.WORD)
        meaning = words.unspaced.get(piece[0]) or Meaning(Mark.NUMBER, han_number(piece[0]))
        yield Token(offset + piece.start(), offset + piece.end(), meaning.mark, meaning.value)
        done = piece.end()
    if done < len(run):
        yield Token(offset + done, offset + len(run), Mark.WORD)


def han_number(text: str) -> int:
    """The value of a Chinese number below a thousand."""
    total, digit = 0, 0
    for char in text:
        if char in "十百":
            total += (digit or 1) * (10 if char == "十" else 100)
            digit = 0
        else:
            digit = _HAN_DIGITS[char]
    return total + digit


def roman(text: str) -> int:
    """The value of a Roman number below forty."""
    digits = [{"I": 1, "V": 5, "X": 10}[char] for char in text]
    return sum(-now if now < after else now for now, after in zip(digits, [*digits[1:], 0], strict=True))


def _quotes(text: str, tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Ranges of tokens in quotation marks. An apostrophe is none; a quotation that was cut off ends with the text."""
    opened: int | None = None
    closer = ""
    if _ANY_QUOTE.isdisjoint(text):
        return
    for index, token in enumerate(tokens):
        sign = text[token.start]
        if sign not in _ANY_QUOTE:
            continue
        if sign in closer and opened is not None and _closes(text, token, sign):
            yield opened, index + 1
            opened, closer = None, ""
        elif _opens(text, token, sign) and (opened is None or (sign in closer and not _is_decade(text, token))):
            opened, closer = index, _closer(sign)
    if opened is not None and (text[tokens[opened].start] not in _UNSURE or text.endswith(("...", "…"))):
        yield opened, len(tokens)


def _is_decade(text: str, token: Token) -> bool:
    """Whether the sign shortens a year: *That '70s Show*."""
    return text[token.end : token.end + 2].isdigit()


def _closer(sign: str) -> str:
    if sign in _DOUBLE:
        return _DOUBLE
    return _SINGLE if sign in _SINGLE else _PAIRS[sign]


def _opens(text: str, token: Token, sign: str) -> bool:
    if sign in _PAIRS:
        return True
    if sign not in _DOUBLE and sign not in _SINGLE:
        return False
    before = text[token.start - 1] if token.start else " "
    after = text[token.end] if token.end < len(text) else " "
    if sign == "’" and after.isdigit():
        return False
    return not after.isspace() and not before.isalnum()


def _closes(text: str, token: Token, sign: str) -> bool:
    if sign not in _DOUBLE and sign not in _SINGLE:
        return True
    after = text[token.end] if token.end < len(text) else " "
    before = text[token.start - 1] if token.start else " "
    return not before.isspace() and not (sign in _SINGLE and after.isalnum())

"""Spellings of show names: the form under which the spellings of one title meet.

`normal_form` gives up what people vary (case, punctuation, spaces, accents, a leading article, "&" or "and", the order
of "Bear, The") and keeps what tells shows apart (numbers, subtitles, the year or country in brackets).
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

#: Always optional in front of a title.
_DROPPED: Final = frozenset({"the"})

#: Optional in front of two more words: "A Teacher" is not "The Teacher", "Las Vegas" is not "Vegas", but
#: "Casa de Papel" is "La Casa de Papel".
# fmt: off
_ARTICLES: Final = frozenset({
    "a", "an", "der", "die", "das", "ein", "eine", "le", "la", "les", "un", "une", "el", "los", "las", "una", "o", "os",
    "as", "um", "uma", "il", "lo", "gli", "uno", "de", "het", "een", "den", "det", "en", "ett",
})

#: Words in a closing bracket that say nothing about which show it is.
_EMPTY_WORDS: Final = frozenset({
    "tv", "tvseries", "television", "series", "serie", "show", "the", "drama", "kdrama", "jdrama", "cdrama", "anime",
    "sitcom", "soap", "telenovela", "mini", "miniseries", "limited", "original", "reality", "netflix", "hbo", "max",
    "hulu", "amazon", "prime", "video", "disney", "apple", "peacock", "paramount", "viki",
})
# fmt: on

#: How a closing bracket names the country a version was made in. Codes that are also words (in, it, no) are left out.
_COUNTRIES: Final = {
    spelling: code
    for code, spellings in {
        "us": "us usa u.s. u.s.a. american america",
        "uk": "uk u.k. gb british britain england english",
        "au": "au aus australian australia",
        "ca": "ca canadian canada",
        "nz": "nz",
        "ie": "ie irish ireland",
        "kr": "kr korean korea southkorea southkorean",
        "jp": "jp japanese japan",
        "cn": "cn chinese china",
        "tw": "tw taiwanese taiwan",
        "th": "thai thailand",
        "in": "indian india",
        "tr": "tr turkish turkey türkiye",
        "de": "german germany",
        "fr": "fr french france",
        "es": "spanish spain",
        "it": "italian italy",
        "mx": "mx mexican mexico",
        "br": "br brazilian brazil",
        "co": "colombian colombia",
        "ar": "argentine argentina",
        "dk": "dk danish denmark",
        "se": "swedish sweden",
        "no": "norwegian norway",
        "nl": "nl dutch netherlands",
        "be": "belgian belgium",
        "pl": "pl polish poland",
        "il": "israeli israel",
        "ph": "ph philippine philippines",
    }.items()
    for spelling in spellings.split()
}

#: Latin letters that do not come apart into a letter and an accent, and Cyrillic ё, which is printed as е.
_PLAIN_LETTERS: Final = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ё": "е", "×": "x"}
)

_APOSTROPHES: Final = str.maketrans(dict.fromkeys("'’‘ʼ`´′", ""))
_CLOSING_BRACKET: Final = re.compile(r"[(\[]([^()\[\]]*)[)\]]\s*\Z")
#: What is more than letters, digits, blanks and signs that divide words.
_UNEVEN: Final = re.compile(r"['`&+%,()\[\]]")
_ASCII_WORD: Final = re.compile("[a-z0-9]+")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")


@dataclass(frozen=True, slots=True)
class Qualifiers:
    """What a closing bracket adds to a title: "(2019)", "(US)", "(2018 American TV series)"."""

    year: int | None = None
    country: str | None = None

    def words(self) -> list[str]:
        return [word for word in (self.country, str(self.year or "")) if word]

    def fit(self, year: int | None, country: str | None) -> bool:
        """Whether a show of that year and country may be meant.

        A year is often only ornament, so that it fits a show of unknown year; a country is given where there are
        several versions, so that it must be known.
        """
        return (self.year is None or year in {None, self.year}) and (self.country is None or country == self.country)


def normal_form(title: str) -> str:
    """The key under which the spellings of one title meet; never empty for a title that is not."""
    return "".join(_without_article(words(title))) or "".join(title.split()).casefold() or title


def spelling(title: str) -> str:
    """The stricter form, which tells shows apart that share a normal form: *Voice* and *The Voice*."""
    return "".join(words(title))


def words(title: str) -> list[str]:
    """The words of a title, with case, accents and punctuation evened out and the article of "Bear, The" in front."""
    if title.isascii() and not _UNEVEN.search(title):
        return _ASCII_WORD.findall(title.lower())
    bare, qualifiers = split_qualifiers(title)
    return _words(bare) + qualifiers.words()


def split_qualifiers(title: str) -> tuple[str, Qualifiers]:
    """A title without its closing bracket, and what that said; the whole title where the bracket belongs to it."""
    text = _plain(title)
    bracket = _CLOSING_BRACKET.search(text)
    if bracket is None or not text[: bracket.start()].strip():
        return text, Qualifiers()
    qualifiers = _qualifiers(bracket[1])
    return (text, Qualifiers()) if qualifiers is None else (text[: bracket.start()], qualifiers)


def _qualifiers(text: str) -> Qualifiers | None:
    year = country = None
    for word in text.replace("south k", "southk").replace("-", "").replace("+", "").split():
        if _YEAR.fullmatch(word):
            year = int(word)
        elif word in _COUNTRIES:
            country = _COUNTRIES[word]
        elif word not in _EMPTY_WORDS:
            return None
    return Qualifiers(year, country)


def _plain(title: str) -> str:
    """Letters without case, width and accents. Marks that are letters of their script (か゛, कि) stay."""
    if title.isascii():
        return title.lower()
    text = unicodedata.normalize("NFKD", title).casefold()
    kept: list[str] = []
    base = ""
    for character in text:
        if unicodedata.combining(character) and (base < "\u0370" or _is_accent(character)):
            continue
        if unicodedata.category(character) != "Cf" and not "\ufe00" <= character <= "\ufe0f":
            kept.append(character)
            base = character
    return unicodedata.normalize("NFKC", "".join(kept)).translate(_PLAIN_LETTERS)


def _is_accent(character: str) -> bool:
    """Whether a mark is optional in any script: Greek and stress accents, Hebrew points, Arabic vowels.

    The breve stays: й is not и.
    """
    return (
        character in "\u0300\u0301\u0308\u0342\u0345"
        or "\u0591" <= character <= "\u05bd"
        or ("\u064b" <= character <= "\u0652")
    )


def _words(text: str) -> list[str]:
    front, comma, article = text.rpartition(",")
    if comma and article.strip() in _DROPPED | _ARTICLES:
        text = f"{article.strip()} {front}"
    text = text.translate(_APOSTROPHES).replace("&", " and ").replace(" + ", " and ").replace("%", " percent ")
    if text.isascii():
        return _ASCII_WORD.findall(text)
    return "".join(character if _belongs_to_word(character) else " " for character in text).split()


def _belongs_to_word(character: str) -> bool:
    return character.isalnum() or unicodedata.category(character)[0] == "M"


def _without_article(parts: list[str]) -> list[str]:
    optional = (len(parts) > 1 and parts[0] in _DROPPED) or (len(parts) > 2 and parts[0] in _ARTICLES)
    return parts[1:] if optional else parts

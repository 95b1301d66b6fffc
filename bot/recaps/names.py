"""Telling people's names from everything else that feeds put where a name belongs."""

from typing import Final
from unicodedata import category

#: Words of names that are written small.
_PARTICLES: Final = frozenset(
    {"al", "and", "bin", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "e", "el", "la"}
    | {"le", "ten", "ter", "van", "von", "y"}
)


def is_name(text: str) -> bool:
    """Whether a text looks like somebody's name: at most five words of letters, with capitals where there are any."""
    words = text.split()
    return 0 < len(words) <= 5 and len(text) <= 60 and all(map(_is_name_word, words))


def _is_name_word(word: str) -> bool:
    if word in _PARTICLES:
        return True
    starts_like_one = category(word[0]) in {"Lu", "Lt", "Lo"}
    has_only_letters = all(category(letter)[0] in "LM" or letter in ".'’-" for letter in word)
    is_sentence_end = word.endswith(".") and len(word) > 4  # J. R. R., Dr. and Jr. are none
    return starts_like_one and has_only_letters and not is_sentence_end

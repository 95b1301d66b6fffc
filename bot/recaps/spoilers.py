r"""The firewall between what feeds wrote and what readers see: every text passes here, hidden or visible.

Discord documents no grammar, so nothing here relies on a fine point of it. A mark that a backslash disarms for
certain is escaped. A mark that it does not disarm for certain is replaced by its look-alike: the rule for spoilers
knows no escapes (`||a \|| b||` shows `b`), a backtick opened earlier swallows the bars, and the server looks for
mentions without reading the markup around them. What cannot be seen is removed. Texts are cut before they are
wrapped, so that no mark is ever cut in half.
"""

import re
from bisect import bisect_left
from collections.abc import Callable
from typing import Final, NewType
from unicodedata import category
from urllib.parse import quote, urlsplit, urlunsplit

from bot.recaps.model import Spoiler

#: Text that is safe to send to Discord as it is.
Markup = NewType("Markup", str)

BARS: Final = "||"
LINK_LIMIT: Final = 512

#: Controls (but not white space), soft hyphens, fillers, joiners, marks of direction, tags, halves of characters.
_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2"
    "\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_ACCENT: Final = "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
#: More than three accents on one letter paint over their neighbours.
_PILED_ACCENTS: Final = re.compile(f"({_ACCENT}{{3}}){_ACCENT}+")
#: U+1FEF is another way to write the backtick.
_LOOK_ALIKES: Final = str.maketrans({"|": "ǀ", "`": "ˋ", "\u1fef": "ˋ", "\\": "∖", "@": "＠"})
_MARKS: Final = re.compile(
    r"""
      [*_~<>\[\]]                  # emphasis, anything in angle brackets, quotes, masked links
    | :(?=//|:|[^\s:]{1,80}:)      # addresses, :emoji:
    | \.(?=[a-z]{2,24}/)           # invites need no scheme: discord.gg/…
    | ^[#+-]                       # headings, lists, subtext
    | ^[0-9]+[.)]                  # numbered lists
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_SENTENCE_END: Final = re.compile(r"""[.!?…]["'”’»)]*(?=\s)|[。！？][”’」』）]*""")
_NOT_IN_LINKS: Final = re.compile(r"[\s\\<>\"\x00-\x20\x7f]")
_HOST: Final = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|[0-9a-f.]*:[0-9a-f:.]+", re.IGNORECASE)
_STRAY_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")


def visible(text: str, limit: int = 200, *, size: int | None = None) -> Markup:
    """One inert line, for what may be seen at once: names, sites, authors.

    It has at most `limit` characters, and `size` bytes in UTF-8.
    """
    return Markup(_fitted(_one_line(text).translate(_LOOK_ALIKES), limit, size))


def hidden(spoiler: Spoiler, limit: int, *, size: int | None = None) -> Markup:
    """Exactly one `||…||`, or nothing for an empty text; paragraphs become lines."""
    lines = "\n".join(line for line in _lines(spoiler.text) if line)
    bars = 2 * len(BARS)
    inside = _fitted(lines.translate(_LOOK_ALIKES), limit - bars, None if size is None else size - bars)
    return Markup(f"{BARS}{inside}{BARS}" if inside else "")


def revealed(spoiler: Spoiler, limit: int, *, size: int | None = None) -> Markup:
    """For somebody who asked to see it: inert, with its paragraphs, without bars."""
    lines = re.sub(r"\n{3,}", "\n\n", "\n".join(_lines(spoiler.text))).strip()
    return Markup(_fitted(lines.translate(_LOOK_ALIKES), limit, size))


def plain(text: str, limit: int) -> str:
    """One line for places that parse no markdown: thread and forum titles, button labels, alt texts."""
    line = _one_line(text)
    return line if len(line) <= limit else _cut(line, lambda start: len(start) <= limit)


def safe_link(url: str | None) -> str | None:
    """The address in ASCII, if it is one that Discord takes and a reader may be sent to."""
    if not url or len(url) > LINK_LIMIT or _NOT_IN_LINKS.search(url) or _UNSEEN.search(url):
        return None
    try:
        link = _ascii_link(url)
    except ValueError:  # a bad port, bracket or host name
        return None
    return link if link and len(link) <= LINK_LIMIT else None


def _ascii_link(url: str) -> str | None:
    parts = urlsplit(url)
    host = parts.hostname or ""
    if ":" not in host:
        host = host.encode("idna").decode()
    if parts.scheme not in {"http", "https"} or "@" in parts.netloc or not _HOST.fullmatch(host):
        return None
    place = f"[{host}]" if ":" in host else host
    if parts.port is not None:
        place = f"{place}:{parts.port}"
    path, query, fragment = (
        quote(_STRAY_PERCENT.sub("%25", part), safe="%/:?=&;+,!~*'()@$-._#")
        for part in (parts.path, parts.query, parts.fragment)
    )
    return urlunsplit((parts.scheme, place, path, query, fragment))


def _lines(text: str) -> list[str]:
    """The lines of a text as they can be seen, with single spaces."""
    seen = _PILED_ACCENTS.sub(r"\1", _UNSEEN.sub("", text))
    return [" ".join(line.split()) for line in seen.splitlines()]


def _one_line(text: str) -> str:
    return " ".join(line for line in _lines(text) if line)


def _inert(text: str) -> str:
    """The text with every mark escaped. A longer beginning of one text never gives a shorter result."""
    return _MARKS.sub(_escaped, text)


def _escaped(mark: re.Match[str]) -> str:
    return f"{mark[0][:-1]}\\{mark[0][-1]}"


def _fitted(text: str, limit: int, size: int | None) -> str:
    """The inert text, shortened until its markup fits."""

    def fits(start: str) -> bool:
        markup = _inert(start)
        return len(markup) <= limit and (size is None or len(markup.encode()) <= size)

    start = text[: max(limit, 0) + 1]  # escaping only adds
    return _inert(text if len(start) == len(text) and fits(text) else _cut(start, fits))


def _cut(text: str, fits: Callable[[str], bool]) -> str:
    """The longest fitting beginning and `…`: up to the end of a sentence, else of a word, else anywhere.

    A sentence or word is given up where that would cost more than half of the text.
    """
    too_long = bisect_left(range(len(text) + 1), x=True, key=lambda length: not fits(f"{text[:length]} …"))
    if too_long == 0:
        return ""
    start, edge = text[: too_long - 1], text[:too_long]
    half = len(start) // 2
    sentence = max((end for end in map(re.Match.end, _SENTENCE_END.finditer(edge)) if end < too_long), default=0)
    if sentence > half:
        return f"{start[:sentence]} …"
    word = max(edge.rfind(" "), edge.rfind("\n"))
    return f"{(start[:word] if word > half else _whole_characters(start)).rstrip()}…"


def _whole_characters(start: str) -> str:
    """Without its last letter, whose accents may have been cut off."""
    end = len(start) - 1
    while end > 0 and category(start[end]).startswith("M"):
        end -= 1
    return start[: max(end, 0)]

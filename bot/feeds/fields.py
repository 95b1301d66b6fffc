"""The fields of an entry, made fit to store and show: plain titles, web links, dates that can be true."""

import html
import re
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urljoin, urlsplit

LONGEST_TITLE: Final = 500
LONGEST_LINK: Final = 2000
LONGEST_BODY: Final = 300_000
MOST_CATEGORIES: Final = 50
EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
#: Clocks and time zones are off by hours; by more than this a date is wrong.
LATEST_AHEAD: Final = timedelta(days=2)

_CONTROLS: Final = re.compile(r"[\0-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_SURROGATES: Final = re.compile(r"[\ud800-\udfff]")
#: Only tags that HTML has: "<Squid Game>" is how some sites write the name of a show.
_INLINE_TAGS: Final = re.compile(
    r"</?(?:a|abbr|acronym|b|bdi|bdo|big|cite|code|del|dfn|em|font|i|img|ins|kbd|mark|nobr|q|s|samp|script|small|span"
    r"|strike|strong|style|sub|sup|time|tt|u|var|wbr)(?:[\s/][^<>]*)?>",
    re.IGNORECASE,
)
_BLOCK_TAGS: Final = re.compile(r"</?(?:br|div|h[1-6]|hr|li|ol|p|ul)(?:[\s/][^<>]*)?>", re.IGNORECASE)


def is_sound(text: str) -> bool:
    """Whether all of `text` can be seen, line breaks aside.

    Most texts are, and that is found out several times faster than a pattern looks for what is not.
    """
    return text.replace("\n", "").replace("\t", "").isprintable()


def scrubbed(text: str) -> str:
    """`text` without the characters that no store or screen takes."""
    if is_sound(text):
        return text
    text = whole(text).replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROLS.sub("", text)


def whole(text: str) -> str:
    """`text` without halves of characters: two that belong together are joined, others are dropped."""
    if not _SURROGATES.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")


def body_of(text: str) -> str:
    """A body of HTML, of a length that is safe to read."""
    return scrubbed(text[:LONGEST_BODY])


def plain(text: str, longest: int = LONGEST_TITLE) -> str:
    """A title, name or category: no markup, no character references, one line."""
    text = healed(whole(text[: 10 * longest]))
    text = _without_tags(html.unescape(_without_tags(text)))
    return " ".join(scrubbed(text).split())[:longest].rstrip()


def _without_tags(text: str) -> str:
    return _BLOCK_TAGS.sub(" ", _INLINE_TAGS.sub("", text))


def healed(text: str) -> str:
    """Text that was encoded to UTF-8 twice, read as it was meant ("â€™" for "’")."""
    if text.isascii():
        return text
    for codec in ("latin-1", "cp1252"):
        try:
            return text.encode(codec).decode("utf-8")
        except UnicodeError:
            continue
    return text


def web_link(text: str, base: str) -> str | None:
    """The absolute http or https address that `text` means on the page `base`, or None if it means no such thing."""
    text = scrubbed(text[: LONGEST_LINK * 2]).strip().replace("\n", "").replace("\t", "").replace(" ", "%20")
    if not text:
        return None
    try:
        link = urljoin(base, text)
        parts = urlsplit(link)
        _ = parts.port  # it raises where the port is none
    except ValueError:
        return None
    safe = parts.scheme in {"http", "https"} and parts.hostname and "\\" not in link and "@" not in parts.netloc
    return parts.geturl() if safe and len(link) <= LONGEST_LINK else None


def sensible_date(moment: datetime | None, now: datetime) -> datetime | None:
    """`moment` if something can have been published then."""
    return moment if moment and EARLIEST <= moment <= now + LATEST_AHEAD else None


def language_of(text: str) -> str | None:
    """ISO 639-1 of a language tag: `en` of "en-US"."""
    match = re.match(r"\s*([A-Za-z]{2})(?:[-_]|\s*\Z)", text)
    return match[1].lower() if match else None

"""What an entry is known by, so that it is announced once whatever its site does to it.

Sites move to https, add and drop `www.`, track where readers come from, change their guids and their dates, and
correct their titles. A name of an entry is a digest of what stays the same through that: all names have one length, and
they tell nothing.
"""

import hashlib
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from bot.recaps.model import Entry

#: Parameters that say where a reader comes from, not what is read.
_TRACKING: Final = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|igshid|mc_[ce]id|mkt_tok|at_\w+|ns_\w+|wt[._]\w+|xtor"
    r"|ref|ref_?src|source|cmp(?:id)?|ftag|smid|soc_src|soc_trk|spm|_ga|_gl|_hs\w+|amp",
    re.IGNORECASE,
)
#: A title that is shorter than this may well come twice on one day ("Live blog").
_TELLING_TITLE: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What an item of a feed has to be known by."""

    title: str
    guid: str | None = None
    link: str | None = None
    published: datetime | None = None


def identities(items: Sequence[Marks]) -> list[str]:
    """What each item of one feed is known by: its guid, else its link, else its title and date.

    A guid that stands for several links, or a link for several titles, tells nothing and is passed over.
    """
    guids: dict[str, set[str]] = defaultdict(set)
    links: dict[str, set[str]] = defaultdict(set)
    for item in items:
        if item.guid:
            guids[item.guid].add(normal_link(item.link) if item.link else normal_title(item.title))
        if item.link:
            links[item.link].add(normal_title(item.title))
    return [
        _guid_name(item.guid)
        if item.guid and len(guids[item.guid]) == 1
        else _link_name(item.link)
        if item.link and len(links[item.link]) == 1
        else _title_name(item.title, item.published)
        for item in items
    ]


def fingerprints(entry: Entry) -> tuple[str, ...]:
    """All names under which the entry could be known already: its identity, its link, its title on its day."""
    names = [entry.identity]
    if entry.link and _is_particular(entry.link):
        names.append(_link_name(entry.link))
    if entry.published and len(normal_title(entry.title)) >= _TELLING_TITLE:
        names.append(_title_name(entry.title, entry.published))
    return tuple(dict.fromkeys(names))


def telling_fingerprints(entries: Iterable[Entry]) -> dict[str, tuple[str, ...]]:
    """The fingerprints of each entry of one feed, by identity, without those that several entries share.

    Where every entry links to the same page, that link tells nothing.
    """
    names = {entry.identity: fingerprints(entry) for entry in entries}
    bearers = Counter(name for own in names.values() for name in own)
    return {identity: tuple(name for name in own if bearers[name] == 1) for identity, own in names.items()}


def content_hash(entry: Entry) -> str:
    """A digest of everything that a reader would notice if it changed."""
    parts = (entry.title, entry.html, entry.excerpt, entry.link or "", entry.author or "", *entry.categories)
    return _digest("\0".join(parts))


def normal_title(title: str) -> str:
    """The letters and digits of a title."""
    folded = unicodedata.normalize("NFKC", title).casefold()
    return " ".join(re.findall(r"\w+", folded))


def normal_link(link: str) -> str:
    """The part of an address that says what is read: no scheme, `www.`, tracking, fragment or slash at the end."""
    try:
        parts = urlsplit(link.strip())
        port = parts.port
    except ValueError:
        return link.strip()
    host = (parts.hostname or "").rstrip(".").removeprefix("www.")
    port_text = "" if port in {None, 80, 443} else f":{port}"
    path = unquote(parts.path).rstrip("/")
    kept = sorted(pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _TRACKING.fullmatch(pair[0]))
    query = f"?{urlencode(kept, errors='replace')}" if kept else ""
    # "#!/episode-2" and "#/episode-2" are pages of their own.
    route = f"#{parts.fragment}" if parts.fragment.startswith(("!", "/")) else ""
    return f"{host}{port_text}{path}{query}{route}"


def _is_particular(link: str) -> bool:
    """Whether a link leads to something in particular, not to a site's front page."""
    return any(mark in normal_link(link) for mark in "/?#")


def _guid_name(guid: str) -> str:
    is_link = guid.strip().lower().startswith(("http://", "https://"))
    return "guid:" + _digest(normal_link(guid) if is_link else guid.strip())


def _link_name(link: str) -> str:
    return "link:" + _digest(normal_link(link))


def _title_name(title: str, published: datetime | None) -> str:
    day = f"{published:%Y-%m-%d}" if published else ""
    return "title:" + _digest(f"{normal_title(title)} {day}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]

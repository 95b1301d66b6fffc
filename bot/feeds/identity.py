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
    normal = [(normal_title(item.title), normal_link(item.link or "")) for item in items]
    for item, (title, link) in zip(items, normal, strict=True):
        if item.guid:
            guids[item.guid].add(link if item.link else title)
        if item.link:
            links[item.link].add(title)
    return [
        _guid_name(item.guid)
        if item.guid and len(guids[item.guid]) == 1
        else _link_name(link)
        if item.link and len(links[item.link]) == 1
        else _title_name(title, item.published)
        for item, (title, link) in zip(items, normal, strict=True)
    ]


def fingerprints(entry: Entry) -> tuple[str, ...]:
    """All names under which the entry could be known already: its identity, its link, its title on its day."""
    names = [entry.identity]
    link, title = normal_link(entry.link or ""), normal_title(entry.title)
    # One that leads to a site's front page leads to nothing in particular.
    if any(mark in link for mark in "/?#"):
        names.append(_link_name(link))
    if entry.published and len(title) >= _TELLING_TITLE:
        names.append(_title_name(title, entry.published))
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


def _guid_name(guid: str) -> str:
    is_link = guid.strip().lower().startswith(("http://", "https://"))
    return "guid:" + _digest(normal_link(guid) if is_link else guid.strip())


def _link_name(link: str) -> str:
    """The name that a normal link makes."""
    return "link:" + _digest(link)


def _title_name(title: str, published: datetime | None) -> str:
    """The name that a normal title makes, with its day."""
    day = published.date().isoformat() if published else ""
    return "title:" + _digest(f"{title} {day}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]

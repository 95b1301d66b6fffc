"""Items of a feed as a format gives them, before they are cleaned into entries."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class RawItem:
    title: str = ""
    guid: str = ""
    link: str = ""
    published: datetime | None = None
    author: str = ""
    categories: list[str] = field(default_factory=list)
    #: Everything that could be the body, as HTML.
    bodies: list[str] = field(default_factory=list)
    #: Where relative addresses in the bodies start from, if not from the link.
    base: str = ""
    #: The addresses of pictures beside the bodies.
    pictures: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFeed:
    title: str = ""
    site: str = ""
    language: str = ""
    items: list[RawItem] = field(default_factory=list)
    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()

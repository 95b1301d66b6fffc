"""The operator's catalogue: the file that lists the feeds every server sees."""

import tomllib
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.store.feeds import CatalogueFeed
from bot.trouble import Trouble


class BadFeedsFileError(Trouble):
    """The catalogue cannot be read."""

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"The feeds file {path} cannot be used: {problem}. Mend it, or point FEEDS_FILE at another.")


#: What the patterns of a feed's table ask for, for people.
_PATTERNS: Final = {
    "url": "it should be an address that begins with https:// or http://, without spaces",
    "language": "it should be a code of two or three small letters, such as en",
}


class _FeedTable(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(pattern=r"^https?://\S+$", max_length=2048)
    name: str = Field(min_length=1, max_length=60)
    language: str | None = Field(None, pattern=r"^[a-z]{2,3}$")
    show: str | None = Field(None, min_length=1, max_length=100)
    excerpts: bool = False


def read_catalogue(path: Path) -> list[CatalogueFeed]:
    """The feeds of the TOML file at `path`, a `[[feed]]` each.

    Raises:
        BadFeedsFileError: it is missing, unreadable, or says something that is not understood.

    """
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise BadFeedsFileError(path, (error.strerror or "it cannot be opened").lower()) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadFeedsFileError(path, f"it is not TOML ({error})") from None
    feeds = tables.get("feed", [])
    if not isinstance(feeds, list) or tables.keys() - {"feed"}:
        raise BadFeedsFileError(path, "it holds something other than [[feed]] tables")
    catalogue = [_feed(path, number, table) for number, table in enumerate(feeds, start=1)]
    _refuse_doubles(path, catalogue)
    return catalogue


def _feed(path: Path, number: int, table: Any) -> CatalogueFeed:
    try:
        return CatalogueFeed(**_FeedTable.model_validate(table).model_dump())
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"]) or "it"
        problem = _PATTERNS.get(key) if first["type"] == "string_pattern_mismatch" else None
        raise BadFeedsFileError(path, f"in feed number {number}, {key}: {problem or first['msg'].lower()}") from None


def _refuse_doubles(path: Path, catalogue: list[CatalogueFeed]) -> None:
    urls = set[str]()
    for feed in catalogue:
        if feed.url in urls:
            raise BadFeedsFileError(path, f"{feed.url} is listed twice")
        urls.add(feed.url)

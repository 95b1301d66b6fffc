"""What the headers of an answer say about time, and which of them are fit to be sent back. Pure."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

#: A server may ask us to stay away for at most this long; after that we look whether it has changed its mind.
LONGEST_WAIT: Final = timedelta(days=1)


def wait_asked(retry_after: str, now: datetime) -> timedelta | None:
    """How long a `Retry-After` asks us to wait, in seconds or until a date; never longer than a day."""
    if (seconds := _seconds(retry_after)) is not None:
        return min(seconds, LONGEST_WAIT)
    until = _http_date(retry_after)
    return min(max(until - now, timedelta()), LONGEST_WAIT) if until else None


def freshness(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """For how long an answer stays fresh, by `Cache-Control` or `Expires`."""
    control = headers.get("Cache-Control", "").lower()
    if "no-cache" in control or "no-store" in control:
        return None
    if match := re.search(r"(?:^|[\s,])max-age\s*=\s*\"?(\d+)", control):
        age = _seconds(headers.get("Age", "")) or timedelta()
        return max((_seconds(match[1]) or timedelta()) - age, timedelta()) or None
    expires = _http_date(headers.get("Expires", ""))
    return expires - now if expires and expires > now else None


def _seconds(text: str) -> timedelta | None:
    """A number of seconds, where numbers beyond sense are a year."""
    if not re.fullmatch(r"\s*[0-9]{1,400}\s*", text):
        return None
    return timedelta(seconds=min(int(text), 31_536_000))


def _http_date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
        return date.astimezone(UTC) if date.tzinfo else date.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def validator(headers: Mapping[str, str], name: str) -> str | None:
    """A header that we would send back, unless it is too long or odd for that."""
    value = headers.get(name, "")
    return value if value.isprintable() and 0 < len(value) <= 1000 else None

"""Rate limits as Discord sets them: 50 requests a second over all, and a bucket of new messages for each channel."""

import hashlib
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

#: The route whose bucket is kept; Discord publishes no numbers for any.
NEW_MESSAGE: Final = ("POST", "/channels/{channel_id}/messages")
HEADERS_OF_A_LIMIT: Final = {"Via": "1.1 google"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a request may pass, and the headers of its answer."""

    headers: Mapping[str, str] = field(default_factory=dict)
    retry_after: float | None = None
    everywhere: bool = False


@dataclass(slots=True)
class Limits:
    """Sliding windows over the times of past requests. Time is an argument."""

    per_second: int = 50
    messages: int = 5
    window: float = 5.0
    #: How many requests were refused, so that a test can say "none".
    refused: int = 0
    _recent: deque[float] = field(default_factory=deque)
    _buckets: dict[str, deque[float]] = field(default_factory=dict)

    def judge(self, method: str, route: str, channel_id: str, now: float) -> Verdict:
        """Count a request, or refuse it."""
        if wait := _wait(self._recent, self.per_second, 1.0, now):
            self.refused += 1
            headers = {**HEADERS_OF_A_LIMIT, "X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}
            return Verdict({**headers, "Retry-After": f"{wait:.3f}"}, wait, everywhere=True)
        if (method, route) != NEW_MESSAGE:
            self._recent.append(now)
            return Verdict()
        return self._judge_message(channel_id, now)

    def _judge_message(self, channel_id: str, now: float) -> Verdict:
        bucket = self._buckets.setdefault(channel_id, deque())
        wait = _wait(bucket, self.messages, self.window, now)
        if not wait:
            bucket.append(now)
            self._recent.append(now)
        headers = {
            "X-RateLimit-Limit": str(self.messages),
            "X-RateLimit-Remaining": str(self.messages - len(bucket)),
            "X-RateLimit-Reset-After": f"{bucket[0] + self.window - now:.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(NEW_MESSAGE[1].encode()).hexdigest()[:32],
        }
        if not wait:
            return Verdict(headers)
        self.refused += 1
        return Verdict({**headers, **HEADERS_OF_A_LIMIT, "X-RateLimit-Scope": "user"}, wait)


def _wait(times: deque[float], most: int, window: float, now: float) -> float:
    """How long until one more fits into the window; 0 if it does now. Forgets what is out of the window."""
    while times and times[0] <= now - window:
        times.popleft()
    return times[0] + window - now if len(times) >= most else 0.0

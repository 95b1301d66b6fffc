"""The marks a post carries: the id on its own button, by which it is found again, and the nonce of its creation.

Both name the database's random instance id, so that two databases under one bot account never take
each other's posts for their own.
"""

import re
from dataclasses import dataclass
from typing import Final

from bot.recaps.model import PostId

#: Discord refuses nonces longer than this.
LONGEST_NONCE: Final = 25

_POST_MARK: Final = re.compile(r"reveal:([0-9a-z]{1,32}):p([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True, slots=True)
class PostMark:
    """Which post of which database a button belongs to."""

    instance: str
    post: PostId


def post_mark(instance: str, post: PostId) -> str:
    """The custom id of the *Reveal* button on a post."""
    return f"reveal:{instance}:p{post}"


def parse_post_mark(custom_id: str) -> PostMark | None:
    """The post that a custom id names; None where it is not one of ours."""
    match = _POST_MARK.fullmatch(custom_id)
    return None if match is None else PostMark(match[1], PostId(int(match[2])))


def post_nonce(instance: str, post: PostId) -> str:
    """The nonce of a post's creation: the same for every attempt, so that Discord keeps only one of them."""
    return f"{instance}p{post}"[:LONGEST_NONCE]


def notice_nonce(instance: str, notice: int) -> str:
    """The nonce of a notice."""
    return f"{instance}n{notice}"[:LONGEST_NONCE]

"""What comes of a request to Discord, as answers that delivery understands: the one translation of its errors."""

import asyncio
import logging
from collections.abc import Awaitable
from typing import Any, Final, TypeVar, cast

import aiohttp
import discord

from bot.delivery.sender import NotNow, Refusal, Unknown
from bot.texts import N_

log = logging.getLogger(__name__)

T = TypeVar("T")

#: discord.py sleeps this long before it repeats a request that failed, in seconds. What is refused sooner was the
#: first attempt, so nothing has happened.
_FIRST_REPEAT: Final = 1.0
#: The code for a refusal by Cloudflare, which has no code of its own when it comes as a page.
_CLOUDFLARE: Final = 40333


class RepeatedError(Exception):
    """discord.py was about to repeat a request that must not be repeated unseen."""


class OnlyOnce:
    """Poses as a file of a request. Files are rewound before each attempt, and this one refuses to be.

    discord.py repeats whatever fails with a 500, 502, 504 or 524. Creations of messages carry a nonce, so that does no
    harm; forum posts know none, and a second attempt would make a second post.
    """

    def reset(self, *, seek: int | bool) -> None:
        if seek:
            raise RepeatedError


ONLY_ONCE: Final = cast("list[discord.File]", [OnlyOnce()])


async def answer(request: Awaitable[T]) -> T | Refusal | NotNow | Unknown:
    """The result of a request, or why there is none. A cancelled one stays cancelled: nobody knows what it did."""
    clock = asyncio.get_running_loop().time
    began = clock()
    try:
        return await request
    except discord.RateLimited as error:
        if clock() - began < _FIRST_REPEAT:
            return NotNow(error.retry_after)
        return Unknown(N_("Discord asked to wait after several attempts."))
    except discord.HTTPException as error:
        return _refused(error, at_once=clock() - began < _FIRST_REPEAT)
    except RepeatedError:
        return Unknown(N_("Discord failed while it answered."))
    except aiohttp.ClientConnectorError:
        # Without a connection nothing was sent, unless an earlier attempt had one.
        return NotNow() if clock() - began < _FIRST_REPEAT else Unknown(N_("Discord cannot be reached."))
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        return Unknown(N_("The connection to Discord broke ({error}).", error=type(error).__name__))


def _refused(error: discord.HTTPException, *, at_once: bool) -> Refusal | Unknown:
    log.debug("refused: status %d, code %d", error.status, error.code)
    if error.status == 429 and "Via" not in cast("Any", error.response).headers:
        return Refusal(429, _CLOUDFLARE)
    if error.status == 429 and not at_once:
        return Unknown(N_("Discord asked to wait after several attempts."))
    return Refusal(error.status, error.code)

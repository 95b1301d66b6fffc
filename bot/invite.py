"""The address that invites the bot into a server."""

from typing import Final

import aiohttp

from bot.client import DiscordUnreachableError, TokenRefusedError

#: View Channel, Send Messages, Send Messages in Threads, Embed Links, Attach Files, Read Message History and Create
#: Public Threads; the bits are Discord's own.
PERMISSIONS: Final = 1 << 10 | 1 << 11 | 1 << 38 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 35
UNAUTHORISED: Final = 401


async def invitation(token: str, api: str) -> str:
    """The OAuth2 address for the application that `token` belongs to.

    Raises:
        TokenRefusedError, DiscordUnreachableError

    """
    headers = {"Authorization": f"Bot {token}"}
    try:
        async with (
            aiohttp.ClientSession(headers=headers) as http,
            http.get(f"{api.rstrip('/')}/oauth2/applications/@me") as response,
        ):
            if response.status == UNAUTHORISED:
                raise TokenRefusedError
            response.raise_for_status()
            application = (await response.json(content_type=None))["id"]
    except (aiohttp.ClientError, OSError, TimeoutError):
        raise DiscordUnreachableError(api) from None
    return (
        "https://discord.com/oauth2/authorize"
        f"?client_id={application}&permissions={PERMISSIONS}&scope=bot+applications.commands"
    )

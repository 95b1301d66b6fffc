"""The command line: `previously run`, `demo`, `check`, `invite`."""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Annotated

import typer
from rich.console import Console

from bot.catalogue import read_catalogue
from bot.config import Settings, load_settings
from bot.log import set_up_logging
from bot.store.database import database_file, held, migrate
from bot.trouble import Trouble

#: The exit code for what only the operator can mend.
TROUBLE = 2

cli = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
errors = Console(stderr=True, highlight=False)


class NoTokenError(Trouble):
    def __init__(self) -> None:
        super().__init__(
            "There is no DISCORD_TOKEN. Put the bot's token into the environment or .env, or try `previously demo`."
        )


@contextmanager
def _in_sentences() -> Iterator[None]:
    """Show trouble as its sentence, without a traceback."""
    try:
        yield
    except Trouble as trouble:
        errors.print(str(trouble), style="red", markup=False, soft_wrap=True)
        raise typer.Exit(TROUBLE) from None
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"previously {version('previously')}")
        raise typer.Exit


@cli.callback()
def previously(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Recaps for communities that watch television together, with everything that spoils hidden."""


@cli.command()
def run() -> None:
    """Run the bot, with DISCORD_TOKEN."""
    from bot.app import run as run_bot  # noqa: PLC0415  `check` and `invite` need none of it

    with _in_sentences():
        settings = load_settings()
        token = _token(settings)
        set_up_logging(settings.log_level, settings.log_format)
        catalogue = read_catalogue(settings.feeds_file)
        path = database_file(settings.database_url)
        with held(path):
            migrate(path)
            asyncio.run(run_bot(settings, token, catalogue))


@cli.command()
def demo(
    feed: Annotated[list[str] | None, typer.Option(help="One more feed, by address or file; may be repeated.")] = None,
    port: Annotated[int, typer.Option(help="The page's port; 0 takes a free one.", min=0, max=65535)] = 0,
    keep: Annotated[bool, typer.Option("--keep", help="Keep the demo's database when it ends.")] = False,
) -> None:
    """Try the whole bot on this machine, without a Discord account."""
    from bot.demo import demo as run_demo  # noqa: PLC0415  the embedded Discord is for this command alone

    with _in_sentences():
        asyncio.run(run_demo(feed or [], port=port, keep=keep, console=Console()))


@cli.command()
def check(
    address: Annotated[str | None, typer.Argument(metavar="URL-or-file", help="The feed to read.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object per entry.")] = False,
    catalogue: Annotated[bool, typer.Option("--catalogue", help="Read every feed of the catalogue instead.")] = False,
) -> None:
    """Read a feed once, and show how each entry is understood and how its card will look."""
    from bot import check as checking  # noqa: PLC0415  `run` needs none of it

    with _in_sentences():
        settings = load_settings()
        private = settings.allow_private_feeds
        if catalogue:
            feeds = read_catalogue(settings.feeds_file)
            if not asyncio.run(checking.check_catalogue(feeds, Console(), allow_private=private)):
                raise typer.Exit(1)
            return
        if address is None:
            raise typer.BadParameter("Name a feed by its address or file, or use --catalogue.")
        checked = asyncio.run(checking.check(address, allow_private=private))
        if as_json:
            checking.print_json(checked)
        else:
            checking.print_table(checked, Console())


@cli.command()
def invite() -> None:
    """Print the address that invites the bot into a server, with exactly the permissions it needs."""
    from bot.invite import invitation  # noqa: PLC0415  the only command that asks Discord for one fact

    with _in_sentences():
        settings = load_settings()
        typer.echo(asyncio.run(invitation(_token(settings), settings.discord_api_base)))


def _token(settings: Settings) -> str:
    token = settings.discord_token.get_secret_value().strip() if settings.discord_token else ""
    if not token:
        raise NoTokenError
    return token


def main() -> None:
    """Run the command line."""
    sys.exit(cli())

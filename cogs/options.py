"""What people type into options: shows and episodes suggested, and free text understood just the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import discord
from discord import app_commands

from bot.client import RecapClient
from bot.recaps.episodes import Unreadable, Wanted, read_episode
from bot.recaps.model import EpisodeRef, GuildId, ShowId, UserId
from bot.recaps.shows import Certainty, Hit
from bot.recaps.spoilers import plain, visible
from bot.store.feeds import Viewer
from bot.texts import Value, _, one_of, short

Choice = app_commands.Choice[str]
EVERY = "every"
CHOICES = 25
CHOICE_LIMIT = 100


@dataclass(frozen=True, slots=True)
class UnknownShow:
    """No show is called anything like what was typed."""

    typed: str
    nearest: tuple[Hit[ShowId], ...] = ()


@dataclass(frozen=True, slots=True)
class UnclearShow:
    """Several shows could be meant."""

    typed: str
    candidates: tuple[Hit[ShowId], ...]


def viewer_of(interaction: discord.Interaction[RecapClient]) -> Viewer:
    """Who looks: the server where the command was used, or nobody in particular in direct messages."""
    return None if interaction.guild_id is None else GuildId(interaction.guild_id)


def user_of(interaction: discord.Interaction[RecapClient]) -> UserId:
    """Whose progress counts: whoever uses the command or button."""
    return UserId(interaction.user.id)


def choices(pairs: Iterable[tuple[str, str]]) -> list[Choice]:
    """Suggestions that Discord takes: at most 25, with names that fit."""
    made = (Choice(name=plain(name, CHOICE_LIMIT) or "…", value=value[:CHOICE_LIMIT]) for name, value in pairs)
    return list({choice.value: choice for choice in made}.values())[:CHOICES]


def show_value(show: ShowId) -> str:
    return f"show:{show}"


def picked(value: str, kind: str) -> int | None:
    """The id in a value such as `show:12` that was picked from suggestions; None for free text."""
    name, _, number = value.partition(":")
    return int(number) if name == kind and number.isascii() and number.isdigit() and len(number) < 19 else None


async def suggest_show(interaction: discord.Interaction[RecapClient], typed: str) -> list[Choice]:
    """Shows that have been recapped where this person looks."""
    hits = await interaction.client.directory.suggest(viewer_of(interaction), typed)
    return choices((hit.title, show_value(hit.key)) for hit in hits)


async def suggest_show_or_every(interaction: discord.Interaction[RecapClient], typed: str) -> list[Choice]:
    """Shows to subscribe to: recapped ones first, then well-known ones, and all of them together."""
    directory = interaction.client.directory
    hits = await directory.suggest(viewer_of(interaction), typed)
    known = {hit.title for hit in hits}
    name = short("Every show")
    every = [(name, EVERY)] if name.casefold().startswith(typed.strip().casefold()) else []
    shipped = [(title, title) for title in directory.suggest_shipped(typed) if title not in known]
    return choices([*every, *((hit.title, show_value(hit.key)) for hit in hits), *shipped])


async def suggest_episode(interaction: discord.Interaction[RecapClient], typed: str) -> list[Choice]:
    """The episodes of the chosen show that have been recapped, the newest first."""
    hit = await understand_show(interaction, getattr(interaction.namespace, "show", None) or "")
    if not isinstance(hit, Hit):
        return []
    async with interaction.client.store.reading() as unit:
        known = await unit.recaps.episodes(viewer_of(interaction), hit.key)
    refs = [episode.ref for episode in known if episode.ref.is_numbered]
    return choices((short("latest") if name == Wanted.LATEST else name, name) for name in likely_episodes(refs, typed))


def likely_episodes(refs: Sequence[EpisodeRef], typed: str) -> list[str]:
    """The episodes that begin like, or are, what was typed; those with the very number first."""
    wanted, meant = typed.strip().casefold(), read_episode(typed)
    numbers = (meant.first, meant.last) if isinstance(meant, EpisodeRef) else None
    exact = [str(ref) for ref in refs if numbers == (ref.first, ref.last)]
    return [*exact, *(name for name in (Wanted.LATEST, *map(str, refs)) if wanted in name.casefold())]


async def understand_show(
    interaction: discord.Interaction[RecapClient], value: str
) -> Hit[ShowId] | UnclearShow | UnknownShow:
    """The show that a value stands for, picked or typed, among those this person may look up."""
    viewer, directory = viewer_of(interaction), interaction.client.directory
    number = picked(value, "show")
    if number is not None:
        show = ShowId(number)
        title = directory.title(show) if show in await directory.seen(viewer) else None
        return UnknownShow(_("that show")) if title is None else Hit(show, title, 100.0, title)
    match = await directory.resolve(viewer, value)
    if match.certainty in {Certainty.EXACT, Certainty.SURE} and match.show is not None:
        return match.show
    if match.certainty is Certainty.UNSURE:
        return UnclearShow(value, match.candidates[:5])
    return UnknownShow(value, match.candidates[:3])


def titles(hits: Sequence[Hit[ShowId]]) -> Value:
    """Some shows, to be asked about."""
    return one_of([f"**{visible(hit.title, 80)}**" for hit in hits])


def not_understood(problem: UnclearShow | UnknownShow) -> str:
    """What to say when it is not clear which show is meant."""
    typed = visible(problem.typed, 60)
    if isinstance(problem, UnclearShow):
        shows = titles(problem.candidates)
        return _("“{typed}” could be {shows}. Pick one from the suggestions.", typed=typed, shows=shows)
    if problem.nearest:
        shows = titles(problem.nearest)
        return _("I know no show called “{typed}”. Did you mean {shows}?", typed=typed, shows=shows)
    return _("No recaps of “{typed}” are known here yet. `/latest` shows what is.", typed=typed)


def unreadable(problem: Unreadable) -> str:
    """What to say when an episode was typed in a way that cannot be read."""
    return _(
        "I cannot read “{typed}” as an episode. Try `S1E2`, `2`, `finale` or `latest`.",
        typed=visible(problem.typed, 60),
    )

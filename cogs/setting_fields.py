"""What can be set for a server by choosing: the words for it, and what each choice means."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta
from typing import Final, Generic, TypeVar

from bot.recaps.card import SpoilerMode
from bot.store.guilds import GuildSettings, Siblings
from bot.store.subscriptions import Subscription
from bot.texts import N_, Text, lazy_ngettext

T = TypeVar("T")

ON, OFF = "on", "off"
#: A subscription's choice to go by the server's settings.
AS_SERVER: Final = "server"
BY_SERVER: Final = N_("As the server has set it")
#: What quiet hours end at until somebody says otherwise.
MORNING: Final = time(8)

NEVER_QUIET: Final = N_(
    "⚠️ Quiet hours that begin and end at the same time would be none, so I left them as they were. "
    "Choose another time, or the other end first."
)
HOURS: Final = tuple(f"{hour:02}:00" for hour in range(24))
PLACES_OF_PLOT: Final = (
    (SpoilerMode.TAGGED, N_("In the card, behind spoiler tags")),
    (SpoilerMode.BUTTON, N_("Not in the channel, only behind Reveal")),
)


def _minutes(count: int) -> Text:
    return lazy_ngettext("1 minute", "{count} minutes", count)


def _hours(count: int) -> Text:
    return lazy_ngettext("1 hour", "{count} hours", count)


def _days(count: int) -> Text:
    return lazy_ngettext("1 day", "{count} days", count)


DELAYS: Final = (
    ("0", N_("At once")),
    ("10", _minutes(10)),
    ("30", _minutes(30)),
    ("60", _hours(1)),
    ("120", _hours(2)),
    ("240", _hours(4)),
    ("480", _hours(8)),
    ("720", _hours(12)),
    ("1440", _days(1)),
    ("2880", _days(2)),
    ("4320", _days(3)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu(Generic[T]):
    """Something of a T with some choices, each a value and how it is called."""

    name: str
    #: What it is about; None: it belongs to the menu above it.
    title: Text | None
    choices: Sequence[tuple[str, Text]]
    read: Callable[[T], str]
    write: Callable[[T, str], T]
    #: What to say where `write` leaves everything as it was, since the choice would contradict another.
    refused: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A setting that is on or off."""

    name: str
    on: Text
    off: Text
    read: Callable[[GuildSettings], bool]
    write: Callable[[GuildSettings, bool], GuildSettings]


def options_of(menu: Menu[T], chosen: str | None) -> list[tuple[str, Text]]:
    """The choices of a menu, with the present one even where that was chosen elsewhere, in minutes of one's own."""
    known = list(menu.choices)
    return known if chosen is None or chosen in dict(known) else [*known, (chosen, _minutes(int(chosen)))]


def _in_minutes(delay: timedelta) -> str:
    return str(int(delay.total_seconds() // 60))


def _clock(at: time | None) -> str:
    return OFF if at is None else f"{at:%H:%M}"


def _quiet_from(settings: GuildSettings, value: str) -> GuildSettings:
    start = None if value == OFF else time.fromisoformat(value)
    return _quiet(settings, start, settings.quiet_end or MORNING)


def _quiet_until(settings: GuildSettings, value: str) -> GuildSettings:
    return _quiet(settings, settings.quiet_start, time.fromisoformat(value))


def _quiet(settings: GuildSettings, start: time | None, end: time) -> GuildSettings:
    return settings if start == end else replace(settings, quiet_start=start, quiet_end=end)


MENUS: Final[tuple[Menu[GuildSettings], ...]] = (
    Menu(
        name="spoilers",
        title=N_("**Plot** · where it is, unless a subscription says otherwise"),
        choices=PLACES_OF_PLOT,
        read=lambda settings: settings.spoilers,
        write=lambda settings, value: replace(settings, spoilers=SpoilerMode(value)),
    ),
    Menu(
        name="siblings",
        title=N_("**Other sites** · what becomes of a second recap of an episode"),
        choices=(
            (Siblings.JOIN, N_("It joins the card")),
            (Siblings.OWN, N_("It gets a post of its own")),
            (Siblings.NONE, N_("It is left out")),
        ),
        read=lambda settings: settings.siblings,
        write=lambda settings, value: replace(settings, siblings=Siblings(value)),
    ),
    Menu(
        name="delay",
        title=N_("**Delay** · how long after publication, unless a subscription says otherwise"),
        choices=DELAYS,
        read=lambda settings: _in_minutes(settings.delay),
        write=lambda settings, value: replace(settings, delay=timedelta(minutes=int(value))),
    ),
    Menu(
        name="threads",
        title=N_("**Threads** · one below each card, archived when nobody has written for"),
        choices=(
            (OFF, N_("No threads")),
            ("60", _hours(1)),
            ("1440", _days(1)),
            ("4320", _days(3)),
            ("10080", _days(7)),
        ),
        read=lambda settings: OFF if settings.thread_minutes is None else str(settings.thread_minutes),
        write=lambda settings, value: replace(settings, thread_minutes=None if value == OFF else int(value)),
    ),
    Menu(
        name="quiet_from",
        title=N_("**Quiet hours** · what is due in them is posted when they are over"),
        choices=((OFF, N_("No quiet hours")), *((hour, N_("From {time}", time=hour)) for hour in HOURS)),
        read=lambda settings: _clock(settings.quiet_start),
        write=_quiet_from,
        refused=NEVER_QUIET,
    ),
    Menu(
        name="quiet_until",
        title=None,
        choices=tuple((hour, N_("Until {time}", time=hour)) for hour in HOURS),
        read=lambda settings: _clock(settings.quiet_end or MORNING),
        write=_quiet_until,
        refused=NEVER_QUIET,
    ),
)

SWITCHES: Final = (
    Switch(
        name="push",
        on=N_("Text in notifications: yes"),
        off=N_("Text in notifications: no"),
        read=lambda settings: settings.push,
        write=lambda settings, on: replace(settings, push=on),
    ),
    Switch(
        name="reviews",
        on=N_("Reviews too: yes"),
        off=N_("Reviews too: no"),
        read=lambda settings: settings.reviews,
        write=lambda settings, on: replace(settings, reviews=on),
    ),
    Switch(
        name="publish",
        on=N_("Publish announcements: yes"),
        off=N_("Publish announcements: no"),
        read=lambda settings: settings.publish,
        write=lambda settings, on: replace(settings, publish=on),
    ),
)

SUBSCRIPTION_MENUS: Final[tuple[Menu[Subscription], ...]] = (
    Menu(
        name="spoilers",
        title=N_("**Plot**"),
        choices=((AS_SERVER, BY_SERVER), *PLACES_OF_PLOT),
        read=lambda it: it.spoilers or AS_SERVER,
        write=lambda it, value: replace(it, spoilers=None if value == AS_SERVER else SpoilerMode(value)),
    ),
    Menu(
        name="delay",
        title=N_("**Delay** · how long after publication"),
        choices=((AS_SERVER, BY_SERVER), *DELAYS),
        read=lambda it: AS_SERVER if it.delay is None else _in_minutes(it.delay),
        write=lambda it, value: replace(it, delay=None if value == AS_SERVER else timedelta(minutes=int(value))),
    ),
)

SUBSCRIPTION_MENU_OF: Final = {menu.name: menu for menu in SUBSCRIPTION_MENUS}
MENU_OF: Final = {menu.name: menu for menu in MENUS}
SWITCH_OF: Final = {switch.name: switch for switch in SWITCHES}

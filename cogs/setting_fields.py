"""What can be set for a server by choosing: the words for it, and what each choice means."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import time, timedelta
from typing import Final, Generic, TypeVar

from bot.recaps.card import SpoilerMode
from bot.store.guilds import GuildSettings, Siblings
from bot.store.subscriptions import Subscription

T = TypeVar("T")

ON, OFF = "on", "off"
#: A subscription's choice to go by the server's settings.
AS_SERVER: Final = "server"
#: What quiet hours end at until somebody says otherwise.
MORNING: Final = time(8)

HOURS: Final = tuple((f"{hour:02}:00", f"{hour:02}:00") for hour in range(24))
PLACES_OF_PLOT: Final = (
    (SpoilerMode.TAGGED, "In the card, behind spoiler tags"),
    (SpoilerMode.BUTTON, "Not in the channel, only behind Reveal"),
)
DELAYS: Final = (
    ("0", "At once"),
    ("10", "10 minutes"),
    ("30", "30 minutes"),
    ("60", "1 hour"),
    ("120", "2 hours"),
    ("240", "4 hours"),
    ("480", "8 hours"),
    ("720", "12 hours"),
    ("1440", "1 day"),
    ("2880", "2 days"),
    ("4320", "3 days"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Menu(Generic[T]):
    """Something of a T with some choices, each a value and how it is called."""

    name: str
    title: str
    choices: Sequence[tuple[str, str]]
    read: Callable[[T], str]
    write: Callable[[T, str], T]


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A setting that is on or off."""

    name: str
    title: str
    read: Callable[[GuildSettings], bool]
    write: Callable[[GuildSettings, bool], GuildSettings]


def options_of(menu: Menu[T], chosen: str | None) -> list[tuple[str, str]]:
    """The choices of a menu, with the present one even where that was chosen elsewhere, in minutes of one's own."""
    known = list(menu.choices)
    return known if chosen is None or chosen in dict(known) else [*known, (chosen, f"{chosen} minutes")]


def _minutes(delay: timedelta) -> str:
    return str(int(delay.total_seconds() // 60))


def _clock(at: time | None) -> str:
    return OFF if at is None else f"{at:%H:%M}"


def _quiet_from(settings: GuildSettings, value: str) -> GuildSettings:
    start = None if value == OFF else time.fromisoformat(value)
    return replace(settings, quiet_start=start, quiet_end=settings.quiet_end or MORNING)


MENUS: Final[tuple[Menu[GuildSettings], ...]] = (
    Menu(
        name="spoilers",
        title="**Plot** · where it is, unless a subscription says otherwise",
        choices=PLACES_OF_PLOT,
        read=lambda settings: settings.spoilers,
        write=lambda settings, value: replace(settings, spoilers=SpoilerMode(value)),
    ),
    Menu(
        name="siblings",
        title="**Other sites** · what becomes of a second recap of an episode",
        choices=(
            (Siblings.JOIN, "It joins the card"),
            (Siblings.OWN, "It gets a post of its own"),
            (Siblings.NONE, "It is left out"),
        ),
        read=lambda settings: settings.siblings,
        write=lambda settings, value: replace(settings, siblings=Siblings(value)),
    ),
    Menu(
        name="delay",
        title="**Delay** · how long after publication, unless a subscription says otherwise",
        choices=DELAYS,
        read=lambda settings: _minutes(settings.delay),
        write=lambda settings, value: replace(settings, delay=timedelta(minutes=int(value))),
    ),
    Menu(
        name="threads",
        title="**Threads** · one below each card, archived when nobody has written for",
        choices=((OFF, "No threads"), ("60", "1 hour"), ("1440", "1 day"), ("4320", "3 days"), ("10080", "1 week")),
        read=lambda settings: OFF if settings.thread_minutes is None else str(settings.thread_minutes),
        write=lambda settings, value: replace(settings, thread_minutes=None if value == OFF else int(value)),
    ),
    Menu(
        name="quiet_from",
        title="**Quiet hours** · what is due in them is posted when they are over",
        choices=((OFF, "No quiet hours"), *((value, f"From {name}") for value, name in HOURS)),
        read=lambda settings: _clock(settings.quiet_start),
        write=_quiet_from,
    ),
    Menu(
        name="quiet_until",
        title="",
        choices=tuple((value, f"Until {name}") for value, name in HOURS),
        read=lambda settings: _clock(settings.quiet_end or MORNING),
        write=lambda settings, value: replace(settings, quiet_end=time.fromisoformat(value)),
    ),
)

SWITCHES: Final = (
    Switch(
        name="push",
        title="Text in notifications",
        read=lambda settings: settings.push,
        write=lambda settings, on: replace(settings, push=on),
    ),
    Switch(
        name="reviews",
        title="Reviews too",
        read=lambda settings: settings.reviews,
        write=lambda settings, on: replace(settings, reviews=on),
    ),
    Switch(
        name="publish",
        title="Publish announcements",
        read=lambda settings: settings.publish,
        write=lambda settings, on: replace(settings, publish=on),
    ),
)

SUBSCRIPTION_MENUS: Final[tuple[Menu[Subscription], ...]] = (
    Menu(
        name="spoilers",
        title="**Plot**",
        choices=((AS_SERVER, "As the server has set it"), *PLACES_OF_PLOT),
        read=lambda it: it.spoilers or AS_SERVER,
        write=lambda it, value: replace(it, spoilers=None if value == AS_SERVER else SpoilerMode(value)),
    ),
    Menu(
        name="delay",
        title="**Delay** · how long after publication",
        choices=((AS_SERVER, "As the server has set it"), *DELAYS),
        read=lambda it: AS_SERVER if it.delay is None else _minutes(it.delay),
        write=lambda it, value: replace(it, delay=None if value == AS_SERVER else timedelta(minutes=int(value))),
    ),
)

SUBSCRIPTION_MENU_OF: Final = {menu.name: menu for menu in SUBSCRIPTION_MENUS}
MENU_OF: Final = {menu.name: menu for menu in MENUS}
SWITCH_OF: Final = {switch.name: switch for switch in SWITCHES}

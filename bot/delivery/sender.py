"""What delivery asks of whoever speaks to Discord, and the answers it gets. Nothing is ever raised for an answer."""

from dataclasses import dataclass
from typing import Protocol

from bot.recaps.model import ChannelId, MessageId
from bot.store.errands import Errand
from bot.store.notices import Notice
from bot.store.posts import Order
from bot.texts import Text, Value


@dataclass(frozen=True, slots=True)
class Sent:
    """The message is there."""

    message: MessageId
    #: The thread that holds it, where the destination is a forum.
    thread: ChannelId | None = None
    #: Whether it was born as the finished card.
    is_card: bool = False


@dataclass(frozen=True, slots=True)
class Edited:
    """The message shows what it should."""


@dataclass(frozen=True, slots=True)
class Done:
    """An errand was done, now or before."""


@dataclass(frozen=True, slots=True)
class NothingToDo:
    """The destination is of a kind that knows no such errand."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Discord's own no: nothing was done, or it says that it already is."""

    status: int
    #: Discord's error code; 0 where it gave none.
    code: int = 0
    #: What the bot lacks there, by the names that Discord's settings use.
    missing: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class NotNow:
    """Nothing was sent; the same may be tried again after this many seconds."""

    retry_after: float = 0.0


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody knows whether it happened: the reply was lost, or the server failed while answering."""

    problem: Text


@dataclass(frozen=True, slots=True)
class NotThere:
    """The channel was read, and the message is not in it."""


@dataclass(frozen=True, slots=True)
class CannotLook:
    """The channel's history cannot be read, so nobody can tell."""

    #: Whether creating it once more is harmless, because the nonce still holds (messages yes, forum posts no).
    has_nonce: bool = True


@dataclass(frozen=True, slots=True)
class Said:
    """A notice has reached its reader."""


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Nobody could be reached; the notice waits for the next admin reply."""


Created = Sent | Refusal | NotNow | Unknown
Looked = Sent | NotThere | CannotLook | Refusal | NotNow | Unknown
Carded = Edited | Refusal | NotNow | Unknown
Ran = Done | NothingToDo | Refusal | NotNow | Unknown
Spoken = Said | Unsaid | NotNow


class Sender(Protocol):
    """Sends through Discord. Methods do one thing once, and translate whatever goes wrong into an answer."""

    async def create(self, order: Order) -> Created:
        """Create the message, with the post's own nonce."""
        ...

    async def find(self, order: Order) -> Looked:
        """Look for the message in its channel, by the post's mark on its button."""
        ...

    async def edit(self, order: Order) -> Carded:
        """Turn the message into its card, or into its newest version."""
        ...

    async def run(self, errand: Errand) -> Ran:
        """Do an errand for a post that shows its card; doing it twice does no harm."""
        ...

    async def say(self, notice: Notice) -> Spoken:
        """Say a notice to the admins it concerns."""
        ...

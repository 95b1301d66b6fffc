"""What each refusal means: one table, by Discord's code.

The codes and what they stand for: https://discord.com/developers/docs/topics/opcodes-and-status-codes#json
"""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from bot.delivery.sender import Refusal
from bot.texts import N_, Text, all_of, bold


class Meaning(Enum):
    #: Nothing was done: the same again, after a while.
    AGAIN = auto()
    #: Nobody knows whether it was done: look first.
    DOUBT = auto()
    #: The destination takes nothing until an admin mends it: wait for that, and tell them once.
    PAUSE = auto()
    #: This message is refused and always will be: give it up.
    DROP = auto()
    #: The message was there and has been deleted: there is nothing left to do.
    MESSAGE_GONE = auto()
    #: The channel was deleted: its queue ends.
    CHANNEL_GONE = auto()
    #: The bot is no longer in the server: its queue ends.
    GUILD_GONE = auto()
    #: Discord wants to hear nothing from this whole process for a while.
    COOL_DOWN = auto()


#: Of what nobody needs to hear.
_UNTOLD: Final = Text("")


@dataclass(frozen=True, slots=True)
class Rule:
    """What a refusal means, and how it is told to the admins."""

    meaning: Meaning
    #: What is wrong and what to do, as sentences; `{missing}` stands for the permissions that the bot lacks.
    sentence: Text = _UNTOLD
    #: Whether an admin can do something about it; else it is the operator's, and goes to the log.
    for_admins: bool = True


_PERMISSIONS: Final = N_("Give me {missing} there, and I go on by myself.")
_WRONG_KIND: Final = N_("It is not a channel that I can post to. Choose a text, announcement or forum channel.")
_BLOCKED: Final = N_(
    "AutoMod blocked the message. Exempt me in the server's AutoMod settings, and the next one arrives."
)
_OUR_FAULT: Final = N_("Discord did not accept the message as it was written.")

_AGAIN: Final = Rule(Meaning.AGAIN)
_DOUBT: Final = Rule(Meaning.DOUBT)
_COOL_DOWN: Final = Rule(Meaning.COOL_DOWN)
_MALFORMED: Final = Rule(Meaning.DROP, _OUR_FAULT, for_admins=False)

RULES: Final[dict[int, Rule]] = {
    # the bot as a whole
    40001: _COOL_DOWN,  # unauthorised
    50014: _COOL_DOWN,  # bad token
    40333: _COOL_DOWN,  # Cloudflare
    # the destination
    10003: Rule(Meaning.CHANNEL_GONE, N_("The channel was deleted.")),
    10004: Rule(Meaning.GUILD_GONE, N_("I am no longer in the server.")),
    50001: Rule(Meaning.PAUSE, _PERMISSIONS),
    50013: Rule(Meaning.PAUSE, _PERMISSIONS),
    50008: Rule(Meaning.PAUSE, _WRONG_KIND),
    50024: Rule(Meaning.PAUSE, _WRONG_KIND),
    40058: Rule(Meaning.PAUSE, _WRONG_KIND),
    40066: Rule(Meaning.PAUSE, N_("It has no tag that I may set. Add one that is not for moderators only.")),
    40067: Rule(Meaning.PAUSE, N_("It wants a tag on every post. Add one that is not for moderators only.")),
    50083: Rule(Meaning.PAUSE, N_("The thread is archived. Open it again, or give me Manage Threads.")),
    160005: Rule(Meaning.PAUSE, N_("The thread is locked. Unlock it, or choose another channel.")),
    30033: Rule(
        Meaning.PAUSE, N_("The thread is full, so I cannot join it. Choose its parent channel or another thread.")
    ),
    # the message
    10008: Rule(Meaning.MESSAGE_GONE, N_("The message was deleted.")),
    200000: Rule(Meaning.DROP, _BLOCKED),
    200001: Rule(Meaning.DROP, _BLOCKED),
    240000: Rule(Meaning.DROP, N_("Discord's filter for harmful links blocked the message.")),
    50005: _MALFORMED,  # somebody else's message
    50006: _MALFORMED,  # empty
    50035: _MALFORMED,  # invalid form body
    40005: _MALFORMED,  # too large
    50045: _MALFORMED,  # a file too large
    30015: _MALFORMED,  # too many files
    # the moment
    20016: _AGAIN,  # slow mode
    20022: _AGAIN,  # edits of announcements
    20028: _AGAIN,  # the channel's write limit
    20029: _AGAIN,  # the server's write limit
    30046: _AGAIN,  # edits of messages older than an hour
    110000: _AGAIN,  # unavailable
    130000: _AGAIN,  # overloaded
    160006: _AGAIN,  # too many active threads
    160007: _AGAIN,  # too many active announcement threads
}

#: What differs where the post is a thread of its own, in a forum: its trouble is not the forum's.
RULES_IN_OWN_THREAD: Final[dict[int, Rule]] = {
    10003: Rule(Meaning.MESSAGE_GONE, N_("The forum post was deleted.")),
    50083: Rule(Meaning.DROP, N_("The forum post was archived.")),
    160005: Rule(Meaning.DROP, N_("The forum post was locked.")),
}


def rule_for(refusal: Refusal, *, in_own_thread: bool = False) -> Rule:
    """The rule for a refusal: by its code, else by its status."""
    if in_own_thread and refusal.code in RULES_IN_OWN_THREAD:
        return RULES_IN_OWN_THREAD[refusal.code]
    known = RULES.get(refusal.code)
    return _by_status(refusal.status) if known is None else known


def _by_status(status: int) -> Rule:
    if status >= 500:
        return _DOUBT
    if status == 401:
        return _COOL_DOWN
    if status == 403:
        return Rule(Meaning.PAUSE, _PERMISSIONS)
    if status == 404:
        return Rule(Meaning.PAUSE, N_("I cannot find it. Check that it still exists and that I may see it."))
    if status in {408, 429}:
        return _AGAIN
    return _MALFORMED


def explain(rule: Rule, refusal: Refusal) -> Text:
    """What is wrong and what to do, in sentences for the admins."""
    missing = all_of([bold(name) for name in refusal.missing])
    return rule.sentence.filled(missing=missing or N_("the permissions to see the channel and to post"))

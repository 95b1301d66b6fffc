"""How Discord says no: a status, a code of its own, and for a body of bad form a tree of what is wrong where."""

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from bot.sandbox.model import Json

#: Discord's codes, with the status and sentence each comes with.
CODES: Final = {
    0: (401, "401: Unauthorized"),
    10002: (404, "Unknown Application"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10008: (404, "Unknown Message"),
    10011: (404, "Unknown Role"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    30032: (400, "Maximum number of application commands reached (100)"),
    40033: (400, "This message has already been crossposted"),
    40058: (400, "Cannot message this thread until after the post author has sent an initial message"),
    40060: (400, "Interaction has already been acknowledged."),
    40066: (400, "There are no tags available that can be set by non-moderators"),
    40067: (400, "A tag is required to create a forum post in this channel"),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50008: (400, "Cannot send messages in a non-text channel"),
    50013: (403, "Missing Permissions"),
    50024: (400, "Cannot execute action on this channel type"),
    50027: (401, "Invalid Webhook Token"),
    50035: (400, "Invalid Form Body"),
    50083: (400, "Thread is archived"),
    50109: (400, "The request body contains invalid JSON."),
    160002: (400, "Cannot reply without permission to read message history"),
    160004: (400, "A thread has already been created for this message"),
    160005: (400, "Thread is locked"),
}


class Problem(NamedTuple):
    """One thing that is wrong with a body, and where."""

    path: tuple[str | int, ...]
    code: str
    message: str

    def under(self, *prefix: str | int) -> "Problem":
        return self._replace(path=(*prefix, *self.path))


class Refusal(Exception):  # noqa: N818  Discord refuses; nothing here failed
    """A request is answered with one of Discord's error codes.

    Attributes:
        status: the HTTP status.
        code: Discord's own code.
        body: the JSON of the answer.

    """

    def __init__(self, code: int, errors: Json | None = None) -> None:
        self.status, message = CODES[code]
        self.code = code
        self.body: Json = {"message": message, "code": code} | ({"errors": errors} if errors else {})
        super().__init__(message)


class ServerError(Exception):
    """Discord falls over where it should refuse: HTTP 500 without a code."""


def refuse_if_any(problems: Iterable[Problem]) -> None:
    """Refuse a body in which something is wrong.

    Raises:
        Refusal: 50035, with the problems as a tree.

    """
    if found := list(problems):
        raise Refusal(50035, error_tree(found))


def error_tree(problems: Iterable[Problem]) -> Json:
    """The problems in the form of the body: `{"components": {"0": {"_errors": [{"code": …, "message": …}]}}}`."""
    tree: dict[str, Any] = {}
    for path, code, message in problems:
        branch = tree
        for step in path:
            branch = branch.setdefault(str(step), {})
        branch.setdefault("_errors", []).append({"code": code, "message": message})
    return tree

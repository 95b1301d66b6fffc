"""An independent reading of Discord's markdown, for tests: it shares nothing with the code that writes it.

It follows the order of rules that open-source renderers of Discord's markup use, and is stricter than they are:
whatever any of them would format counts. The rule for spoilers is `^\\|\\|([\\s\\S]+?)\\|\\|`, tried at each
position, and the inside is read again.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """Some letters as a reader sees them, and everything they are wrapped in."""

    text: str
    inside: frozenset[str]


#: Blocks begin at the start of a line; group 1 is read again. A quote takes its line only, `>>>` the rest.
BLOCKS = {
    "quote": re.compile(r"(?:>>> ([\s\S]*)|> ([^\n]*\n?))"),
    "heading": re.compile(r" *#{1,3}\s+([^\n]*\n?)"),
    "subtext": re.compile(r" *-# ([^\n]*\n?)"),
    "list": re.compile(r" *(?:[*+-]|\d+[.)])\s+([^\n]*\n?)"),
}
#: Tried in this order at each position. Group 1 is what is seen; things are seen as they are written.
THINGS = {
    "fence": re.compile(r"```(?:[\w+-]+\n)?\n*([\s\S]+?)\n*```"),
    "": re.compile(r"\\([^0-9A-Za-z\s])"),
    "timestamp": re.compile(r"(<t:-?\d+(?::[a-zA-Z])?>)"),
    "command": re.compile(r"(</[^<>:]+:\d+>)"),
    "custom emoji": re.compile(r"(<a?:\w+:\d+>)"),
    "mention": re.compile(r"(<(?:@[!&]?|#)\d+>|<id:\w+(?::\d+)?>|@(?:everyone|here))"),
    "link": re.compile(r"(<[a-z][a-z0-9+.-]*:[^\s<>]+>|<[^\s<>@]+@[^\s<>]+>|<\+[\d ()-]+>)", re.IGNORECASE),
    "bare link": re.compile(r"((?:https?|steam|discord)://[^\s<]+)", re.IGNORECASE),
    "invite": re.compile(r"(discord(?:app)?\.[a-z]+/[^\s<]+)", re.IGNORECASE),
    "emoji": re.compile(r"(:[^\s:]+?(?:::skin-tone-\d)?:)"),
    "code": re.compile(r"(?P<ticks>`+)([\s\S]*?[^`])(?P=ticks)(?!`)"),
}
#: Tried after those; group 1 is read again.
SPANS = {
    "masked link": re.compile(
        r"\[((?:\[[^\]]*\]|[^\[\]])*)\]\(\s*<?(?:[^\s\\]|\\.)*?>?(?:\s+['\"][\s\S]*?['\"])?\s*\)"
    ),
    "spoiler": re.compile(r"\|\|([\s\S]+?)\|\|"),
    "strong": re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)"),
    "underline": re.compile(r"__((?:\\[\s\S]|[^\\])+?)__(?!_)"),
    "emphasis": re.compile(
        r"\*(?=\S)((?:\*\*|\\[\s\S]|[^\s*\\]|\s+[^\s*\\])+?)\*(?!\*)|_((?:__|\\[\s\S]|[^\\_])+?)_\b"
    ),
    "strike": re.compile(r"~~([\s\S]+?)~~(?!_)"),
}


def read(markup: str, inside: frozenset[str] = frozenset(), *, line_start: bool = True) -> Iterator[Piece]:
    """What a reader sees, piece by piece; pieces inside `spoiler` only after choosing to."""
    position = 0
    while position < len(markup):
        line_start = markup[position - 1] == "\n" if position else line_start
        name, match = _next(markup, position, line_start=line_start)
        if match is None:
            yield Piece(markup[position], inside)
            position += 1
            continue
        content = [group for group in match.groups() if group is not None][-1]
        around = inside | {name} if name else inside
        yield from [Piece(content, around)] if name in THINGS else read(content, around)
        position = match.end()


def _next(markup: str, at: int, *, line_start: bool) -> tuple[str, re.Match[str] | None]:
    rules = (BLOCKS if line_start else {}) | THINGS | SPANS
    found = ((name, rule.match(markup, at)) for name, rule in rules.items())
    return next(((name, match) for name, match in found if match), ("", None))


def shown(markup: str) -> str:
    """What is seen at once."""
    return "".join(piece.text for piece in read(markup) if "spoiler" not in piece.inside)


def behind_bars(markup: str) -> str:
    """What is seen only after choosing to."""
    return "".join(piece.text for piece in read(markup) if "spoiler" in piece.inside)


def formats(markup: str) -> set[str]:
    """Everything that the text is wrapped in or turned into."""
    return {name for piece in read(markup) for name in piece.inside}


#: What the server, the link scanner and other readers look for, wherever it stands and whatever escapes it.
RAW_HAZARDS = re.compile(
    r"@everyone|@here|<@[!&]?\d+>|<#\d+>|<t:-?\d+(?::\w)?>|</[^<>]*:\d+>|<a?:\w+:\d+>|(?:https?|steam|discord)://"
    r"|discord(?:app)?\.[a-z]+/|[`\u1fef]",
    re.IGNORECASE,
)

"""What Discord accepts as application commands. Pure: commands in, problems out."""

import re
from collections import Counter
from collections.abc import Iterator
from enum import IntEnum
from itertools import pairwise
from typing import Any, Final

from bot.sandbox import form
from bot.sandbox.form import Problems
from bot.sandbox.message_rules import choice_problems
from bot.sandbox.model import Json
from bot.sandbox.refusals import Problem

CHAT_INPUT: Final = 1
#: How many commands of each type there can be.
MOST_COMMANDS: Final = {CHAT_INPUT: 100, 2: 15, 3: 15}
MOST_CHARACTERS: Final = 8000
FURTHEST: Final = 2**53 - 1

#: Devanagari and Thai write vowels with marks that are no letters of their own.
NAME: Final = re.compile(r"[-_'\w\u0900-\u097f\u0e00-\u0e7f]{1,32}")


class Option(IntEnum):
    SUBCOMMAND = 1
    GROUP = 2
    STRING = 3
    INTEGER = 4
    BOOLEAN = 5
    USER = 6
    CHANNEL = 7
    ROLE = 8
    MENTIONABLE = 9
    NUMBER = 10
    ATTACHMENT = 11


# Tuples, not sets: what they are asked about may be anything.
NESTING: Final = (Option.SUBCOMMAND, Option.GROUP)
VALUES: Final = tuple(Option)[2:]
WITH_CHOICES: Final = (Option.STRING, Option.INTEGER, Option.NUMBER)


def commands(body: Any) -> Problems:
    """What is wrong with a list of commands that should replace all others."""
    listed = {"commands": body}
    yield from form.listing(listed, "commands", 0, sum(MOST_COMMANDS.values()))
    if not isinstance(body, list):
        return
    for place, entry in form.objects(listed, "commands"):
        for problem in command(entry):
            yield problem.under(place)
    kinds = [(entry.get("type", CHAT_INPUT), entry.get("name")) for _, entry in form.objects(listed, "commands")]
    for place in form.repeated(kinds):
        yield Problem(
            (place, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique"
        )


def too_many(body: list[Any]) -> bool:
    """Whether there are more commands of one type than an application can have."""
    counted = Counter(entry.get("type", CHAT_INPUT) for entry in body if isinstance(entry, dict))
    return any(count > MOST_COMMANDS.get(kind, 0) for kind, count in counted.items())


def command(body: Json) -> Problems:
    """What is wrong with one command."""
    kind = body.get("type", CHAT_INPUT)
    yield from form.one_of({"type": kind}, "type", tuple(MOST_COMMANDS))
    if kind == CHAT_INPUT:
        yield from _name(body)
        yield from form.text(body, "description", 1, 100)
        yield from _options(body, deepest=Option.GROUP)
    else:
        yield from form.text(body, "name", 1, 32)
    yield from _permissions(body.get("default_member_permissions"))
    if (size := sum(_sizes(body))) > MOST_CHARACTERS:
        told = f"Command exceeds maximum size ({size} > {MOST_CHARACTERS})"
        yield Problem((), "APPLICATION_COMMAND_TOO_LARGE", told)


def _name(body: Json) -> Problems:
    name = body.get("name")
    yield from form.text(body, "name", 1, 32)
    if isinstance(name, str) and (not NAME.fullmatch(name) or name != name.lower()):
        told = "Command name is invalid: lower-case letters, digits, - and _ only"
        yield Problem(("name",), "APPLICATION_COMMAND_INVALID_NAME", told)


def _permissions(bits: Any) -> Problems:
    if bits is not None and not str(bits).isdecimal():
        yield Problem(("default_member_permissions",), "NUMBER_TYPE_COERCE", f'Value "{bits}" is not int.')


def _options(body: Json, deepest: Option) -> Problems:
    """The options of a command (`deepest` a group), a group (a subcommand) or a subcommand (a value)."""
    yield from form.listing(body, "options", 0, 25, optional=True)
    yield from form.not_objects(body, "options")
    options = [option for _, option in form.objects(body, "options")]
    for place, option in enumerate(options):
        for problem in _option(option, deepest):
            yield problem.under("options", place)
    for place in form.repeated([option.get("name") for option in options]):
        told = "Option names must be unique"
        yield Problem(("options", place), "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", told)
    yield from _order(options)


def _order(options: list[Json]) -> Problems:
    nested = [option.get("type") in NESTING for option in options]
    if any(nested) and not all(nested):
        told = "Sub-commands and sub-command groups cannot stand beside other options"
        yield Problem(("options",), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", told)
    demands = [bool(option.get("required")) for option in options]
    for place, (before, after) in enumerate(pairwise(demands), start=1):
        if after and not before:
            told = "Required options must be placed before non-required options"
            yield Problem(("options", place), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", told)


def _option(option: Json, deepest: Option) -> Problems:
    allowed = {Option.GROUP: tuple(Option), Option.SUBCOMMAND: (Option.SUBCOMMAND,)}.get(deepest, VALUES)
    yield from form.one_of(option, "type", allowed)
    yield from _name(option)
    yield from form.text(option, "description", 1, 100)
    kind = option.get("type")
    if kind == Option.GROUP:
        yield from _options(option, deepest=Option.SUBCOMMAND)
    elif kind == Option.SUBCOMMAND:
        yield from _options(option, deepest=Option.STRING)
    else:
        yield from _value_option(option)


def _value_option(option: Json) -> Problems:
    yield from form.listing(option, "choices", 0, 25, optional=True)
    yield from form.number(option, "min_length", 0, 6000)
    yield from form.number(option, "max_length", 1, 6000)
    if option.get("choices") and option.get("type") not in WITH_CHOICES:
        told = "Choices are for strings and numbers only"
        yield Problem(("choices",), "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", told)
    if option.get("choices") and option.get("autocomplete"):
        told = "An option has choices or autocomplete, not both"
        yield Problem(("autocomplete",), "APPLICATION_COMMAND_OPTIONS_CHOICES_INVALID", told)
    for place, choice in form.objects(option, "choices"):
        for problem in choice_problems(choice):
            yield problem.under("choices", place)
    for key in ("min_value", "max_value"):
        if isinstance(bound := option.get(key), int | float) and abs(bound) > FURTHEST:
            yield Problem((key,), "NUMBER_TYPE_MAX", f"int value should be less than or equal to {FURTHEST}.")


def _sizes(body: Json) -> Iterator[int]:
    """What counts for the size of a command: names, descriptions and values, the longest translation of each."""
    for key in ("name", "description"):
        translations = form.as_object(body.get(f"{key}_localizations")).values()
        yield max(len(str(value)) for value in (body.get(key) or "", *translations))
    if isinstance(value := body.get("value"), str):
        yield len(value)
    for key in ("options", "choices"):
        for _, inner in form.objects(body, key):
            yield from _sizes(inner)

"""Checks of single fields that every body's rules are made of; each yields what is wrong, in Discord's words."""

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.model import Json
from bot.sandbox.refusals import Problem

Problems = Iterator[Problem]


def required(*path: str | int) -> Problem:
    return Problem(path, "BASE_TYPE_REQUIRED", "This field is required")


def text(body: Json, key: str, least: int, most: int, *, optional: bool = False) -> Problems:
    """A string of `least` to `most` characters."""
    value = body.get(key)
    if value is None:
        if not optional:
            yield required(key)
    elif not isinstance(value, str):
        yield Problem((key,), "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
    elif not least <= len(value) <= most:
        yield bad_length(least, most, key)


def bad_length(least: int, most: int, *path: str | int) -> Problem:
    if least == 0:
        return Problem(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
    return Problem(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")


def number(body: Json, key: str, least: int, most: int, *, optional: bool = True) -> Problems:
    """A whole number from `least` to `most`."""
    value = body.get(key)
    if value is None:
        if not optional:
            yield required(key)
    elif not isinstance(value, int) or isinstance(value, bool):
        yield Problem((key,), "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
    elif value < least:
        yield Problem((key,), "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")
    elif value > most:
        yield Problem((key,), "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")


def one_of(body: Json, key: str, choices: Sequence[Any], *, optional: bool = False) -> Problems:
    value = body.get(key)
    if value is None:
        if not optional:
            yield required(key)
    elif isinstance(value, bool | list | dict) or value not in choices:
        yield not_among(choices, key)


def not_among(choices: Sequence[Any], *path: str | int) -> Problem:
    listed = ", ".join(repr(choice) for choice in choices)
    return Problem(path, "BASE_TYPE_CHOICES", f"Value must be one of ({listed}).")


def listing(body: Json, key: str, least: int, most: int, *, optional: bool = False) -> Problems:
    """A list of `least` to `most` entries."""
    value = body.get(key)
    if value is None:
        if not optional:
            yield required(key)
    elif not isinstance(value, list):
        yield Problem((key,), "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
    elif not least <= len(value) <= most:
        yield bad_length(least, most, key)


def objects(body: Json, key: str) -> Iterator[tuple[int, Json]]:
    """The entries of a list that are objects, with their places."""
    for place, entry in enumerate(as_list(body.get(key))):
        if isinstance(entry, dict):
            yield place, entry


def not_objects(body: Json, key: str) -> Problems:
    """The entries of a list that should be objects and are not."""
    for place, entry in enumerate(as_list(body.get(key))):
        if not isinstance(entry, dict):
            yield Problem((key, place), "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")


def web_address(value: Any, most: int, *path: str | int, schemes: tuple[str, ...] = ("http", "https")) -> Problems:
    """An address with one of the schemes, a host, and at most `most` characters."""
    if not isinstance(value, str):
        yield required(*path)
        return
    try:
        address = urlsplit(value)
    except ValueError:
        yield Problem(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        return
    if address.scheme not in schemes:
        told = f'Scheme "{address.scheme}" is not supported. Scheme must be one of {schemes!r}.'
        yield Problem(path, "URL_TYPE_INVALID_SCHEME", told)
    elif not address.netloc or any(mark.isspace() for mark in value):
        yield Problem(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
    if len(value) > most:
        yield bad_length(0, most, *path)


def repeated(values: Sequence[Any]) -> Iterator[int]:
    """The places of values that were there before; they may be of any kind."""
    seen = set()
    for place, value in enumerate(map(repr, values)):
        if value in seen:
            yield place
        seen.add(value)


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def as_object(value: Any) -> Json:
    return value if isinstance(value, dict) else {}

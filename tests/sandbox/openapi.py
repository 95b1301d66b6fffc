"""Request bodies, held against Discord's own description of its API, where that file is at hand."""

import functools
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

FILE = Path(__file__).resolve().parents[3] / "shared" / "discord" / "openapi.json"

#: discord.py offers media channels wherever it offers forums; the description does not know them yet.
MEDIA_CHANNEL = 16


class OpenApi:
    """An inspector for `EmbeddedDiscord` that gathers what is wrong with the bodies it sees."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.seen: set[tuple[str, str]] = set()

    def __call__(self, method: str, route: str, body: object) -> None:
        if body is None or not FILE.exists() or not _validator(method, _shape(route)):
            return
        self.seen.add((method, route))
        self.problems += _problems(method, route, json.dumps(_as_described(body)))


@functools.cache
def _problems(method: str, route: str, text: str) -> tuple[str, ...]:
    """What is wrong with a body; every bot of a test run registers the same commands, which are checked once."""
    checker = _validator(method, _shape(route))
    found = checker.iter_errors(json.loads(text)) if checker else ()
    return tuple(f"{method} {route} {list(error.absolute_path)}: {error.message[:300]}" for error in found)


@functools.cache
def _spec() -> Any:
    return json.loads(FILE.read_text("utf-8"))


@functools.cache
def _validator(method: str, shape: str) -> Draft202012Validator | None:
    for path, methods in _spec()["paths"].items():
        if _shape(path) == shape and method.lower() in methods:
            content = methods[method.lower()].get("requestBody", {}).get("content", {})
            if schema := content.get("application/json", {}).get("schema"):
                return Draft202012Validator({**schema, "components": _spec()["components"]})
    return None


def _shape(route: str) -> str:
    return re.sub(r"{\w+}", "{}", route)


def _as_described(body: Any) -> Any:
    """The body without the liberties that discord.py takes and Discord accepts: ids as numbers, media channels."""
    if isinstance(body, list):
        return [_as_described(entry) for entry in body]
    if not isinstance(body, dict):
        return body
    return dict(_evened(body))


def _evened(body: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in body.items():
        if key == "allowed_mentions":
            yield key, _with_text_ids(value)
        elif key == "id" or key.endswith("_id"):
            yield key, str(value) if isinstance(value, int) else value
        elif key == "channel_types":
            yield key, [kind for kind in value if kind != MEDIA_CHANNEL]
        else:
            yield key, _as_described(value)


def _with_text_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_text_ids(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_text_ids(inner) for inner in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value

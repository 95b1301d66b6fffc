"""Which messages and commands Discord takes, as tables of cases."""

from typing import Any

import pytest
from hypothesis import given, settings

from bot.sandbox import command_rules, message_rules
from bot.sandbox.refusals import Problem
from tests.sandbox.test_component_rules import ANYTHING, codes, text

V2 = 1 << 15


@pytest.mark.parametrize(
    "body",
    [
        {"content": "x" * 2000},
        {"content": "x", "nonce": "x" * 25, "enforce_nonce": True},
        {"content": "x", "nonce": 12345678901234567890},
        {"embeds": [{"title": "x" * 256, "description": "x" * 4096, "url": "https://a.example"}]},
        {"flags": V2, "content": None, "embeds": [], "components": [text()]},
        {"content": "x", "allowed_mentions": {"parse": ["users"], "roles": ["1"]}},
    ],
)
def test_a_good_message_passes(body: dict[str, Any]) -> None:
    assert codes(message_rules.message(body)) == {}


@pytest.mark.parametrize(
    ("body", "where", "code"),
    [
        ({"content": "x" * 2001}, "content", "BASE_TYPE_MAX_LENGTH"),
        ({"content": 7}, "content", "STRING_TYPE_CONVERT"),
        ({"nonce": "x" * 26}, "nonce", "BASE_TYPE_MAX_LENGTH"),
        ({"nonce": [1]}, "nonce", "NONCE_TYPE_INVALID"),
        ({"flags": "4"}, "flags", "NUMBER_TYPE_COERCE"),
        ({"embeds": [{}] * 11}, "embeds", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"title": "x" * 257}]}, "embeds.0.title", "BASE_TYPE_MAX_LENGTH"),
        ({"embeds": [{"url": "nowhere"}]}, "embeds.0.url", "URL_TYPE_INVALID_SCHEME"),
        ({"embeds": [{"fields": [{"name": "", "value": "x"}]}]}, "embeds.0.fields.0.name", "BASE_TYPE_BAD_LENGTH"),
        ({"embeds": [{"footer": {"text": "x" * 2049}}]}, "embeds.0.footer.text", "BASE_TYPE_BAD_LENGTH"),
        ({"embeds": [{"description": "x" * 3001}] * 2}, "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
        ({"attachments": [{}] * 11}, "attachments", "BASE_TYPE_MAX_LENGTH"),
        ({"flags": V2, "content": "x"}, "content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"),
        ({"flags": V2, "embeds": [{}]}, "embeds", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"),
        ({"flags": V2, "poll": {"x": 1}}, "poll", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"),
        (
            {"allowed_mentions": {"parse": ["roles"], "roles": ["1"]}},
            "allowed_mentions",
            "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        ),
        ({"allowed_mentions": {"roles": ["1"] * 101}}, "allowed_mentions.roles", "BASE_TYPE_MAX_LENGTH"),
        ({"allowed_mentions": {"parse": ["all"]}}, "allowed_mentions.parse.0", "BASE_TYPE_CHOICES"),
    ],
)
def test_a_bad_message_is_refused_where_it_is_wrong(body: dict[str, Any], where: str, code: str) -> None:
    assert codes(message_rules.message(body))[where] == code


@pytest.mark.parametrize("body", [{}, {"content": "  \n"}, {"content": None, "components": [], "embeds": []}])
def test_a_message_that_shows_nothing_is_empty(body: dict[str, Any]) -> None:
    assert message_rules.is_empty(body)
    assert not message_rules.is_empty(body, ["scene.png"])


def option(name: str = "show", kind: int = 3, **more: Any) -> dict[str, Any]:
    return {"type": kind, "name": name, "description": "Which one", **more}


def command(*options: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "recap", "description": "Shows a recap", "options": list(options), **more}


CHOICE = {"name": "One", "value": "1"}


@pytest.mark.parametrize(
    "body",
    [
        command(option(required=True, autocomplete=True), option("episode", choices=[CHOICE] * 25)),
        command(option("add", 1, options=[option("url")]), option("more", 2, options=[option("drop", 1)])),
        command(default_member_permissions="32", contexts=[0]),
        {"name": "Recap this", "type": 3},
        command(name="เรื่องย่อ"),
        command(name="निष्कर्ष"),
    ],
)
def test_a_good_command_passes(body: dict[str, Any]) -> None:
    assert codes(command_rules.commands([body])) == {}


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (command(name="Recap"), "0.name"),
        (command(name="two words"), "0.name"),
        (command(name="x" * 33), "0.name"),
        (command(name=""), "0.name"),
        (command(description=""), "0.description"),
        (command(description="x" * 101), "0.description"),
        (command(type=9), "0.type"),
        (command(default_member_permissions="manage"), "0.default_member_permissions"),
        (command(*[option(str(number)) for number in range(26)]), "0.options"),
        (command(option(), option()), "0.options.1"),
        (command(option("a"), option("b", required=True)), "0.options.1"),
        (command(option("a"), option("b", 1)), "0.options"),
        (command(option("a", 12)), "0.options.0.type"),
        (command(option("Show")), "0.options.0.name"),
        (command(option(description="")), "0.options.0.description"),
        (command(option(choices=[CHOICE] * 26)), "0.options.0.choices"),
        (command(option(choices=[{"name": "", "value": "x"}])), "0.options.0.choices.0.name"),
        (command(option(choices=[{"name": "x", "value": True}])), "0.options.0.choices.0.value"),
        (command(option(choices=[CHOICE], autocomplete=True)), "0.options.0.autocomplete"),
        (command(option(kind=8, choices=[CHOICE])), "0.options.0.choices"),
        (command(option(max_length=6001)), "0.options.0.max_length"),
        (command(option(kind=4, max_value=2**53)), "0.options.0.max_value"),
        (command(option("a", 2, options=[option("b", 2)])), "0.options.0.options.0.type"),
        (command(option("a", 1, options=[option("b", 1)])), "0.options.0.options.0.type"),
        (command(*[option(f"o{n}", choices=[{"name": "x" * 99, "value": str(n)}] * 25) for n in range(4)]), "0"),
    ],
)
def test_a_bad_command_is_refused_where_it_is_wrong(body: dict[str, Any], where: str) -> None:
    assert where in codes(command_rules.commands([body]))


def test_names_of_commands_are_unique_for_each_type() -> None:
    twice = [command(), command(), {"name": "recap", "type": 3}]

    assert codes(command_rules.commands(twice)) == {"1.name": "APPLICATION_COMMANDS_DUPLICATE_NAME"}


def test_the_longest_translation_counts_for_the_size() -> None:
    long = command(*[option(f"o{n}", description_localizations={"de": "x" * 400}) for n in range(20)])

    assert codes(command_rules.commands([long])) == {"0": "APPLICATION_COMMAND_TOO_LARGE"}


def test_there_are_a_hundred_commands_at_most() -> None:
    assert not command_rules.too_many([command(name=f"c{number}") for number in range(100)])
    assert command_rules.too_many([command(name=f"c{number}") for number in range(101)])


@settings(max_examples=150, deadline=None)
@given(ANYTHING)
def test_whatever_is_registered_is_answered_and_never_falls_over(body: Any) -> None:
    assert all(isinstance(problem, Problem) for problem in command_rules.commands(body))
    assert all(isinstance(problem, Problem) for problem in message_rules.choices({"choices": body}))
    assert all(isinstance(problem, Problem) for problem in message_rules.thread({"name": body, "applied_tags": body}))

"""What Discord accepts as a message, a thread or an answer to autocomplete. Pure: bodies in, problems out."""

from collections.abc import Collection
from typing import Any, Final

from bot.sandbox import component_rules, form
from bot.sandbox.form import Problems
from bot.sandbox.model import Json, MessageFlag
from bot.sandbox.refusals import Problem, ServerError

MOST_CONTENT: Final = 2000
ARCHIVE_AFTER: Final = (60, 1440, 4320, 10080)

#: Fields that a message of Components V2 cannot have.
LEGACY_FIELDS: Final = ("content", "embeds", "sticker_ids", "poll")
#: What `allowed_mentions` can let through as a whole.
KINDS: Final = ("users", "roles", "everyone")


def is_v2(body: Json) -> bool:
    flags = body.get("flags")
    return isinstance(flags, int) and bool(flags & MessageFlag.IS_COMPONENTS_V2)


def message(body: Json, uploads: Collection[str] = ()) -> Problems:
    """What is wrong with the body of a new message, or with what an edited message would become."""
    v2 = is_v2(body)
    yield from form.text(body, "content", 0, MOST_CONTENT, optional=True)
    yield from _nonce(body.get("nonce"))
    yield from form.number(body, "flags", 0, 2**31 - 1)
    yield from _embeds(body)
    yield from _allowed_mentions(body.get("allowed_mentions"))
    yield from form.listing(body, "attachments", 0, 10, optional=True)
    if body.get("components") is not None:
        yield from component_rules.message_components(body["components"], v2=v2, uploads=uploads)
    if v2:
        yield from _without_legacy_fields(body)


def check_weight(body: Json) -> None:
    """Fall over where Discord does.

    Raises:
        ServerError: the text of the components is too heavy.

    """
    components = body.get("components") or []
    if is_v2(body) and component_rules.weight(components) > component_rules.MOST_BYTES:
        raise ServerError


def is_empty(body: Json, uploads: Collection[str] = ()) -> bool:
    """Whether a message with this body would show nothing."""
    content = (body.get("content") or "").strip()
    return not (content or body.get("embeds") or body.get("components") or body.get("attachments") or uploads)


def _without_legacy_fields(body: Json) -> Problems:
    for field in LEGACY_FIELDS:
        if body.get(field):
            told = f"The '{field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            yield Problem((field,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", told)


def _nonce(nonce: Any) -> Problems:
    if nonce is None or (isinstance(nonce, int) and not isinstance(nonce, bool)):
        return
    if not isinstance(nonce, str):
        yield Problem(("nonce",), "NONCE_TYPE_INVALID", "Nonce must be a string or an integer.")
    elif len(nonce) > 25:
        yield form.bad_length(0, 25, "nonce")


def _embeds(body: Json) -> Problems:
    yield from form.listing(body, "embeds", 0, 10, optional=True)
    yield from form.not_objects(body, "embeds")
    total = 0
    for place, embed in form.objects(body, "embeds"):
        total += _embed_text(embed)
        for problem in _embed(embed):
            yield problem.under("embeds", place)
    if total > 6000:
        yield Problem(("embeds",), "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000")


def _embed(embed: Json) -> Problems:
    yield from form.text(embed, "title", 0, 256, optional=True)
    yield from form.text(embed, "description", 0, 4096, optional=True)
    yield from form.listing(embed, "fields", 0, 25, optional=True)
    if embed.get("url") is not None:
        yield from form.web_address(embed["url"], 2048, "url")
    for place, field in form.objects(embed, "fields"):
        for problem in (*form.text(field, "name", 1, 256), *form.text(field, "value", 1, 1024)):
            yield problem.under("fields", place)
    for part, key, most in (("footer", "text", 2048), ("author", "name", 256)):
        if isinstance(embed.get(part), dict):
            for problem in form.text(embed[part], key, 1, most):
                yield problem.under(part)


def _embed_text(embed: Json) -> int:
    said = [embed.get("title"), embed.get("description")]
    said += [value for _, field in form.objects(embed, "fields") for value in (field.get("name"), field.get("value"))]
    said += [form.as_object(embed.get("footer")).get("text"), form.as_object(embed.get("author")).get("name")]
    return sum(len(value.strip()) for value in said if isinstance(value, str))


def _allowed_mentions(allowed: Any) -> Problems:
    if not isinstance(allowed, dict):
        return
    parse = form.as_list(allowed.get("parse"))
    for kind in ("users", "roles"):
        for problem in form.listing(allowed, kind, 0, 100, optional=True):
            yield problem.under("allowed_mentions")
        if kind in parse and allowed.get(kind):
            told = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            yield Problem(("allowed_mentions",), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", told)
    for place, kind in enumerate(parse):
        if kind not in KINDS:
            yield form.not_among(KINDS, "allowed_mentions", "parse", place)


def thread(body: Json) -> Problems:
    """What is wrong with the body of a new thread or forum post, its message aside."""
    yield from form.text(body, "name", 1, 100)
    yield from form.one_of(body, "auto_archive_duration", ARCHIVE_AFTER, optional=True)
    yield from form.number(body, "rate_limit_per_user", 0, 21_600)
    yield from form.listing(body, "applied_tags", 0, 5, optional=True)


def choices(data: Json) -> Problems:
    """What is wrong with an answer to autocomplete."""
    yield from form.listing(data, "choices", 0, 25)
    yield from form.not_objects(data, "choices")
    for place, choice in form.objects(data, "choices"):
        for problem in choice_problems(choice):
            yield problem.under("choices", place)


def choice_problems(choice: Json) -> Problems:
    """What is wrong with one choice of an option."""
    yield from form.text(choice, "name", 1, 100)
    value = choice.get("value")
    if value is None:
        yield form.required("value")
    elif isinstance(value, str):
        yield from form.text(choice, "value", 1, 100)
    elif isinstance(value, bool) or not isinstance(value, int | float):
        yield Problem(("value",), "APPLICATION_COMMAND_INVALID_CHOICE_VALUE", "Not a string or a number.")

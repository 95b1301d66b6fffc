"""How a body becomes a message, and an edit changes one: checked, mentions weighed, attachments and media resolved."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from bot.sandbox import form, mentions, message_rules
from bot.sandbox.mentions import Allowed
from bot.sandbox.model import NO_FLAGS, Channel, Json, Message, MessageFlag, parts
from bot.sandbox.permissions import Permission
from bot.sandbox.refusals import Problem, Refusal, refuse_if_any
from bot.sandbox.world import World

#: Flags that a bot may set.
ON_CREATE: Final = MessageFlag.SUPPRESS_EMBEDS | MessageFlag.SUPPRESS_NOTIFICATIONS | MessageFlag.IS_COMPONENTS_V2


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart request: `files[n]`."""

    index: int
    filename: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Under which a message is written: as the bot itself, or as its answer to an interaction."""

    may: Permission
    parse: tuple[str, ...] = mentions.ALL_KINDS
    type: int = 0
    interaction_id: int | None = None
    private_to: int | None = None
    flags: MessageFlag = NO_FLAGS


def post(
    world: World,
    channel: Channel,
    body: Json,
    uploads: Sequence[Upload],
    how: Circumstances,
    *,
    message_id: int | None = None,
) -> Message:
    """Let the bot write a message.

    Raises:
        Refusal: Discord would not take this body.

    """
    check(body, uploads)
    message = Message(message_id or world.new_id(), channel.id, world.bot.id, world.now(), type=how.type)
    message.interaction_id, message.ephemeral_for = how.interaction_id, how.private_to
    message.flags = _flags(body) & ON_CREATE | how.flags
    _fill(world, message, body, uploads, how)
    return world.add_message(message)


def revise(world: World, message: Message, body: Json, uploads: Sequence[Upload], how: Circumstances) -> None:
    """Edit a message of the bot; what the body does not name stays.

    Raises:
        Refusal: Discord would not take this edit.

    """
    refuse_if_any(form.number(body, "flags", 0, 2**31 - 1))
    if message.is_v2 and body.get("flags") is not None and not message_rules.is_v2(body):
        told = "The components of a message cannot go back from Components V2"
        raise Refusal(50035, {"flags": {"_errors": [{"code": "UNION_TYPE_CHOICES", "message": told}]}})
    merged = _merged(message, body)
    # What is there already has been checked, and in the form in which it is kept it would not pass again.
    named = merged if "components" in body else merged | {"components": None}
    _refuse_bad(named, uploads, [kept["filename"] for kept in _kept(message, body)])
    _refuse_empty(merged, uploads)
    message.flags = _edited_flags(message, body)
    message.attachments = _kept(message, body)
    message.edited = world.now()
    _fill(world, message, merged, uploads, how)
    world.message_changed(message)


def complete(world: World, message: Message, body: Json, uploads: Sequence[Upload], how: Circumstances) -> None:
    """Put the answer in the place of "… is thinking"."""
    check(body, uploads)
    message.flags = message.flags & ~MessageFlag.LOADING | _flags(body) & ON_CREATE
    _fill(world, message, body, uploads, how)
    world.message_changed(message)


def check(body: Json, uploads: Sequence[Upload]) -> None:
    """Check the body of a new message.

    Raises:
        Refusal: Discord would not take it.
        ServerError: Discord would fall over it.

    """
    _refuse_bad(body, uploads)
    _refuse_empty(body, uploads)


def _refuse_bad(body: Json, uploads: Sequence[Upload], kept: Sequence[str] = ()) -> None:
    """Refuse a body of bad form; `kept` are the names of the attachments that the message has already."""
    refuse_if_any([*message_rules.message(body, {*_names(uploads), *kept}), *_missing_files(body, uploads)])
    message_rules.check_weight(body)


def _refuse_empty(body: Json, uploads: Sequence[Upload]) -> None:
    if message_rules.is_empty(body, _names(uploads)):
        raise Refusal(50006)


def _missing_files(body: Json, uploads: Sequence[Upload]) -> list[Problem]:
    """Attachments that the body announces and that did not come along."""
    sent = {str(upload.index) for upload in uploads}
    announced = [entry for _, entry in form.objects(body, "attachments") if "url" not in entry]
    told = "The file of this attachment is missing"
    return [
        Problem(("attachments", place), "ATTACHMENT_NOT_FOUND", told)
        for place, entry in enumerate(announced)
        if str(entry.get("id")) not in sent and len(str(entry.get("id"))) < 10
    ]


def _fill(world: World, message: Message, body: Json, uploads: Sequence[Upload], how: Circumstances) -> None:
    message.content = (body.get("content") or "").strip()
    message.embeds = [{"type": "rich", **embed} for embed in body.get("embeds") or ()]
    if Permission.EMBED_LINKS not in how.may:
        message.embeds = []
    described = {str(entry.get("id")): entry for _, entry in form.objects(body, "attachments")}
    message.attachments += [
        _attached(world, message, upload, described.get(str(upload.index), {})) for upload in uploads
    ]
    message.components = _placed(body.get("components") or [], message.attachments)
    _ping(world, message, body.get("allowed_mentions"), how)


def _ping(world: World, message: Message, allowed: Any, how: Circumstances) -> None:
    channel = world.channels[message.channel_id]
    guild = world.guilds.get(channel.guild_id or 0)
    who = mentions.pinged(message.text, Allowed.of(allowed, how.parse), guild, how.may, world.users)
    message.mentions, message.mention_roles = list(who.users), list(who.roles)
    message.mention_everyone = who.everyone


def _merged(message: Message, body: Json) -> Json:
    """What the message would be after the edit; `allowed_mentions` is not remembered."""
    now = {"content": message.content, "embeds": message.embeds, "components": message.components}
    given = {key: value for key, value in body.items() if key != "nonce"}
    flags = _edited_flags(message, body)
    return {**now, "attachments": message.attachments, **given, "flags": int(flags & ON_CREATE)}


def _edited_flags(message: Message, body: Json) -> MessageFlag:
    if body.get("flags") is None:
        return message.flags
    wanted = _flags(body) & (MessageFlag.SUPPRESS_EMBEDS | MessageFlag.IS_COMPONENTS_V2)
    return message.flags & ~MessageFlag.SUPPRESS_EMBEDS | wanted


def _flags(body: Json) -> MessageFlag:
    flags = body.get("flags")
    return MessageFlag(flags if isinstance(flags, int) else 0)


def _kept(message: Message, body: Json) -> list[Json]:
    """The attachments that an edit leaves on the message."""
    if "attachments" not in body:
        return list(message.attachments)
    named = {str(entry.get("id")) for _, entry in form.objects(body, "attachments")}
    return [entry for entry in message.attachments if entry["id"] in named]


def _names(uploads: Sequence[Upload]) -> set[str]:
    return {upload.filename for upload in uploads}


def _attached(world: World, message: Message, upload: Upload, described: Json) -> Json:
    file_id = world.new_id()
    world.keep_file(file_id, upload.content)
    url = f"{world.files_url}/{message.channel_id}/{file_id}/{upload.filename}"
    description = {"description": described["description"]} if described.get("description") else {}
    return {
        "id": str(file_id),
        "filename": upload.filename,
        "size": len(upload.content),
        "content_type": upload.content_type,
        "url": url,
        "proxy_url": url,
        **description,
    }


def _placed(components: list[Json], attachments: list[Json]) -> list[Json]:
    """The components as Discord gives them back: numbered, with addresses in the place of `attachment://`."""
    placed = copy.deepcopy(components)
    found = list(parts(placed))
    taken = {part["id"] for part in found if part.get("id")}
    free = (number for number in range(1, len(found) * 2 + 2) if number not in taken)
    for part in found:
        part["id"] = part.get("id") or next(free)
        for holder in (part, *(part.get("items") or ())):
            for key in ("media", "file"):
                if isinstance(holder.get(key), dict):
                    holder[key] = _resolved(holder[key], attachments)
    return placed


def _resolved(media: Json, attachments: list[Json]) -> Json:
    name = str(media["url"]).removeprefix("attachment://")
    for attachment in attachments:
        if attachment["filename"] == name:
            return {"url": attachment["url"], "proxy_url": attachment["url"], "attachment_id": attachment["id"]}
    return {"url": media["url"], "proxy_url": media["url"]}

"""discord.py sends, reads, edits, publishes and deletes messages."""

import io

import discord
import pytest
from discord import ui

from bot.sandbox.model import Channel, ChannelType, Guild, MessageFlag
from bot.sandbox.permissions import Permission
from bot.sandbox.server import EmbeddedDiscord
from bot.sandbox.world import World
from tests.sandbox.livebot import LiveBot


def card(text: str = "hello") -> ui.LayoutView:
    """A card with one of everything that a card has."""
    view = ui.LayoutView()
    picture = discord.MediaGalleryItem("https://pictures.example/1.png", spoiler=True)
    section: ui.Section[ui.LayoutView] = ui.Section(text, accessory=ui.Thumbnail("https://pictures.example/2.png"))
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow(
        ui.Button(label="Read", url="https://site.example/recap"), ui.Button(label="Reveal", custom_id="reveal:1")
    )
    view.add_item(ui.Container(section, ui.Separator(), ui.MediaGallery(picture), row, accent_colour=0x123456))
    return view


async def code_of(work: object) -> int:
    """The code with which discord.py was refused."""
    with pytest.raises(discord.HTTPException) as caught:
        await work  # type: ignore[misc]
    return caught.value.code


async def test_a_message_is_sent_read_edited_and_deleted(live: LiveBot, recaps: Channel) -> None:
    channel = live.place("recaps")

    message = await channel.send("hello")
    await message.edit(content="changed")
    read = await channel.fetch_message(message.id)

    assert read.content == "changed"
    assert read.edited_at is not None
    assert read.author.id == live.application_id
    await message.delete()
    assert recaps.messages == {}
    assert await code_of(channel.fetch_message(message.id)) == 10008


async def test_the_same_nonce_gives_the_same_message(live: LiveBot, recaps: Channel) -> None:
    channel = live.place("recaps")

    first = await channel.send("hello", nonce="post-1")
    second = await channel.send("hello", nonce="post-1")

    assert first.id == second.id
    assert first.nonce == "post-1"
    assert len(recaps.messages) == 1
    assert (await channel.fetch_message(first.id)).nonce is None


async def test_the_nonce_of_a_deleted_message_is_refused(live: LiveBot) -> None:
    channel = live.place("recaps")
    await (await channel.send("hello", nonce="post-1")).delete()

    assert await code_of(channel.send("hello", nonce="post-1")) == 10008


async def test_a_plain_message_becomes_a_card_and_never_goes_back(live: LiveBot, recaps: Channel) -> None:
    channel = live.place("recaps")
    message = await channel.send("**The Bear** S3E5", suppress_embeds=True)

    await channel.get_partial_message(message.id).edit(content=None, embeds=[], attachments=[], view=card())

    kept = recaps.messages[message.id]
    assert kept.is_v2
    assert (kept.content, kept.text) == ("", "hello")
    assert kept.labels == ["Read", "Reveal"]
    [shown] = [it async for it in channel.history()]
    assert ui.LayoutView.from_message(shown).content_length() == len("hello")
    assert await code_of(channel.get_partial_message(message.id).edit(content="back", view=None)) == 50035
    flags = {"flags": 0, "content": "back"}
    assert await code_of(live.http.request(_edit(message), json=flags)) == 50035


def _edit(message: discord.Message) -> discord.http.Route:
    path = "/channels/{channel_id}/messages/{message_id}"
    return discord.http.Route("PATCH", path, channel_id=message.channel.id, message_id=message.id)


async def test_a_card_keeps_its_suppressed_links(live: LiveBot, recaps: Channel) -> None:
    message = await live.place("recaps").send(view=card(), suppress_embeds=True, silent=True)
    flags = recaps.messages[message.id].flags

    assert flags == MessageFlag.IS_COMPONENTS_V2 | MessageFlag.SUPPRESS_EMBEDS | MessageFlag.SUPPRESS_NOTIFICATIONS
    await message.edit(view=card("again"), suppress=True)
    assert MessageFlag.SUPPRESS_EMBEDS in recaps.messages[message.id].flags


async def test_a_card_cannot_have_content(live: LiveBot) -> None:
    channel = live.place("recaps")
    plain = await channel.send("hello")

    assert await code_of(channel.send("hello", view=card())) == 50035
    assert await code_of(channel.get_partial_message(plain.id).edit(view=card())) == 50035


async def test_files_are_uploaded_and_used_by_components(
    live: LiveBot, recaps: Channel, server: EmbeddedDiscord
) -> None:
    file = discord.File(io.BytesIO(b"picture"), "scene.png", spoiler=True, description="A scene")
    view = ui.LayoutView()
    view.add_item(ui.MediaGallery(discord.MediaGalleryItem(file)))

    message = await live.place("recaps").send(view=view, file=file)

    [attachment] = message.attachments
    assert (attachment.filename, attachment.description, attachment.size) == ("SPOILER_scene.png", "A scene", 7)
    assert await live.http.get_from_cdn(attachment.url) == b"picture"
    [gallery] = recaps.messages[message.id].components
    assert gallery["items"][0]["media"]["url"] == attachment.url
    await message.edit(view=card(), attachments=[])
    assert recaps.messages[message.id].attachments == []


async def test_a_file_stays_where_an_edit_does_not_name_it(live: LiveBot, recaps: Channel) -> None:
    file = discord.File(io.BytesIO(b"notes"), "notes.txt")
    view = ui.LayoutView()
    view.add_item(ui.File(file))
    message = await live.place("recaps").send(view=view, file=file)

    await message.edit(suppress=True)

    kept = recaps.messages[message.id]
    assert MessageFlag.SUPPRESS_EMBEDS in kept.flags
    assert kept.components[0]["file"]["url"] == message.attachments[0].url


async def test_a_component_needs_the_file_it_names(live: LiveBot) -> None:
    view = ui.LayoutView()
    view.add_item(ui.MediaGallery(discord.MediaGalleryItem("attachment://missing.png")))

    assert await code_of(live.place("recaps").send(view=view)) == 50035


async def test_history_is_paged_in_every_direction(live: LiveBot) -> None:
    channel = live.place("recaps")
    sent = [await channel.send(str(number)) for number in range(7)]

    async def read(**where: object) -> list[str]:
        return [message.content async for message in channel.history(**where)]

    assert await read(limit=3) == ["6", "5", "4"]
    assert await read(limit=2, before=sent[3]) == ["2", "1"]
    assert await read(limit=2, after=sent[3]) == ["4", "5"]
    assert await read(limit=3, around=sent[3]) == ["4", "3", "2"]
    assert await read(limit=None, oldest_first=True) == [str(number) for number in range(7)]


async def test_history_beyond_a_hundred_is_complete(live: LiveBot, world: World, recaps: Channel) -> None:
    for number in range(250):
        world.say(world.people[0], recaps, str(number))

    assert len([message async for message in live.place("recaps").history(limit=None)]) == 250


async def test_what_others_say_has_no_content_without_the_intent(live: LiveBot, world: World, recaps: Channel) -> None:
    person = world.people[0]
    world.say(person, recaps, "secret")

    [message] = [it async for it in live.place("recaps").history()]

    assert message.content == ""
    assert message.author.id == person.id


async def test_a_message_is_published_once(live: LiveBot, guild: Guild) -> None:
    message = await live.place("news").send("hello")
    await message.publish()

    assert MessageFlag.CROSSPOSTED in guild.channel("news").messages[message.id].flags
    assert await code_of(message.publish()) == 40033
    assert await code_of((await live.place("recaps").send("hello")).publish()) == 50024


async def test_a_reply_names_what_it_answers(live: LiveBot, world: World, recaps: Channel) -> None:
    said = world.say(world.people[0], recaps, "hello")
    channel = live.place("recaps")

    answer = await channel.send("hi", reference=discord.MessageReference(message_id=said.id, channel_id=recaps.id))

    assert answer.reference
    assert answer.reference.message_id == said.id
    gone = discord.MessageReference(message_id=1, channel_id=recaps.id)
    assert await code_of(channel.send("hi", reference=gone)) == 50035
    gone.fail_if_not_exists = False
    assert (await channel.send("hi", reference=gone)).content == "hi"


async def test_a_direct_message_is_opened_and_sent(live: LiveBot, world: World) -> None:
    person = world.people[1]
    user = await live.fetch_user(person.id)

    await user.send("psst")

    assert [it.text for it in world.open_dm(person).messages.values()] == ["psst"]
    person.accepts_dms = False
    assert await code_of(user.send("psst")) == 50007


async def test_a_role_is_pinged_only_when_allowed_and_possible(
    live: LiveBot, world: World, recaps: Channel, guild: Guild
) -> None:
    fans, staff = guild.role("Recap fans"), guild.role("Admin")
    text = f"{fans.mention} {staff.mention} {world.people[0].mention} @everyone"
    channel = live.place("recaps")

    silent = await channel.send(text)
    loud = await channel.send(text, allowed_mentions=discord.AllowedMentions.all())
    picked = await channel.send(text, allowed_mentions=discord.AllowedMentions(roles=[discord.Object(fans.id)]))

    assert (silent.raw_role_mentions, silent.mentions, silent.mention_everyone) == ([fans.id, staff.id], [], False)
    assert recaps.messages[silent.id].mention_roles == []
    assert recaps.messages[loud.id].mention_roles == [fans.id]
    assert [user.id for user in loud.mentions] == [world.people[0].id]
    assert not loud.mention_everyone
    assert recaps.messages[picked.id].mention_roles == [fans.id]


async def test_an_edit_without_allowed_mentions_parses_everything(live: LiveBot, guild: Guild, recaps: Channel) -> None:
    fans = guild.role("Recap fans")
    message = await live.place("recaps").send(view=card())

    await live.place("recaps").get_partial_message(message.id).edit(view=card(fans.mention))

    assert recaps.messages[message.id].mention_roles == [fans.id]
    none = discord.AllowedMentions.none()
    await live.place("recaps").get_partial_message(message.id).edit(view=card(fans.mention), allowed_mentions=none)
    assert recaps.messages[message.id].mention_roles == []


@pytest.mark.parametrize(
    ("denied", "code"),
    [(Permission.VIEW_CHANNEL, 50001), (Permission.SEND_MESSAGES, 50013)],
)
async def test_sending_needs_permissions(
    live: LiveBot, world: World, recaps: Channel, guild: Guild, denied: Permission, code: int
) -> None:
    world.set_overwrite(recaps, guild.role("Previously"), deny=denied)

    assert await code_of(live.place("recaps").send("hello")) == code


async def test_a_kicked_bot_has_no_access(live: LiveBot, world: World, recaps: Channel, guild: Guild) -> None:
    channel = live.place("recaps")
    world.remove_bot(guild)

    assert await code_of(channel.send("hello")) == 50001
    assert await code_of(live.fetch_guild(guild.id)) == 50001


async def test_files_and_embeds_need_permissions(live: LiveBot, world: World, recaps: Channel, guild: Guild) -> None:
    denied = Permission.ATTACH_FILES | Permission.EMBED_LINKS
    world.set_overwrite(recaps, guild.role("Previously"), deny=denied)
    channel = live.place("recaps")

    assert await code_of(channel.send(file=discord.File(io.BytesIO(b"x"), "x.txt"))) == 50013
    message = await channel.send("hello", embed=discord.Embed(title="dropped"))
    assert message.embeds == []


async def test_history_without_permission_is_empty(live: LiveBot, world: World, recaps: Channel, guild: Guild) -> None:
    channel = live.place("recaps")
    message = await channel.send("hello")
    world.set_overwrite(recaps, guild.role("Previously"), deny=Permission.READ_MESSAGE_HISTORY)

    assert [it async for it in channel.history()] == []
    assert await code_of(channel.fetch_message(message.id)) == 50013
    assert await code_of(channel.send("hi", reference=message)) == 160002


async def test_a_deleted_channel_is_unknown(live: LiveBot, world: World, recaps: Channel) -> None:
    channel = live.place("recaps")
    world.delete_channel(recaps)

    assert await code_of(channel.send("hello")) == 10003
    assert await code_of(live.fetch_channel(recaps.id)) == 10003


async def test_messages_of_others_are_theirs(live: LiveBot, world: World, recaps: Channel) -> None:
    said = world.say(world.people[0], recaps, "mine")
    partial = live.place("recaps").get_partial_message(said.id)

    assert await code_of(partial.edit(content="yours")) == 50005
    assert await code_of(partial.delete()) == 50013


async def test_there_is_no_writing_into_a_forum_or_a_category(live: LiveBot, world: World, guild: Guild) -> None:
    category = world.add_channel(guild, "shelf", ChannelType.CATEGORY)
    forum = live.place("episodes")

    for channel_id, code in ((forum.id, 40058), (category.id, 50008)):
        assert await code_of(live.get_partial_messageable(channel_id, guild_id=guild.id).send("hello")) == code


async def test_unknown_people_and_roles_are_not_mentioned(live: LiveBot, recaps: Channel) -> None:
    await live.place("recaps").send("<@1> <@&2> <@&3>", allowed_mentions=discord.AllowedMentions.all())

    [message] = recaps.messages.values()
    assert (message.mentions, message.mention_roles) == ([], [])

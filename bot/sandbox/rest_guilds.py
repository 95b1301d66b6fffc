"""The API's routes for the bot itself, its guilds and channels, and the commands it registers."""

from collections.abc import Callable
from typing import Any

from bot.sandbox import access, command_rules, form, wire
from bot.sandbox.model import Channel, Json, Thread
from bot.sandbox.permissions import Permission
from bot.sandbox.refusals import Refusal, refuse_if_any
from bot.sandbox.rest import Call, Route, snowflake
from bot.sandbox.world import World

#: What a session may start a day; the embedded Discord does not count.
STARTS = {"total": 1000, "remaining": 1000, "reset_after": 86_400_000, "max_concurrency": 1}


class GuildRoutes:
    def __init__(self, world: World, gateway_url: Callable[[], str], shards: int = 1) -> None:
        self.world = world
        self.gateway_url = gateway_url
        self.shards = shards

    def routes(self) -> list[Route]:
        return [
            Route("GET", "/gateway", lambda _call: {"url": self.gateway_url()}, is_public=True),
            Route("GET", "/gateway/bot", self.gateway),
            Route("GET", "/users/@me", lambda _call: wire.user(self.world.bot)),
            Route("GET", "/oauth2/applications/@me", lambda _call: wire.application(self.world)),
            Route("GET", "/applications/@me", lambda _call: wire.application(self.world)),
            Route("GET", "/users/{user_id}", self.user),
            Route("GET", "/users/@me/guilds", self.guilds),
            Route("DELETE", "/users/@me/guilds/{guild_id}", self.leave),
            Route("POST", "/users/@me/channels", self.open_dm),
            Route("GET", "/guilds/{guild_id}", self.guild),
            Route("GET", "/guilds/{guild_id}/channels", self.channels),
            Route("GET", "/guilds/{guild_id}/roles", self.roles),
            Route("GET", "/guilds/{guild_id}/members/{user_id}", self.member),
            Route("GET", "/channels/{channel_id}", self.channel),
            Route("PATCH", "/channels/{channel_id}", self.edit_channel),
        ]

    def gateway(self, _call: Call) -> Json:
        return {"url": self.gateway_url(), "shards": self.shards, "session_start_limit": STARTS}

    def user(self, call: Call) -> Json:
        if not (found := self.world.users.get(call.id("user_id"))):
            raise Refusal(10013)
        return wire.user(found)

    def guilds(self, _call: Call) -> list[Json]:
        return [
            {"id": str(it.id), "name": it.name, "icon": None, "owner": False, "permissions": "0", "features": []}
            for it in self.world.bot_guilds
        ]

    def leave(self, call: Call) -> None:
        self.world.remove_bot(access.guild(self.world, call.id("guild_id")))

    def open_dm(self, call: Call) -> Json:
        recipient = snowflake(call.form.get("recipient_id"), "recipient_id")
        if not (person := self.world.users.get(recipient)):
            raise Refusal(10013)
        return wire.channel(self.world, self.world.open_dm(person))

    def guild(self, call: Call) -> Json:
        return wire.guild(access.guild(self.world, call.id("guild_id")))

    def channels(self, call: Call) -> list[Json]:
        guild = access.guild(self.world, call.id("guild_id"))
        return [wire.channel(self.world, it) for it in guild.channels.values()]

    def roles(self, call: Call) -> list[Json]:
        return [wire.role(it) for it in access.guild(self.world, call.id("guild_id")).roles.values()]

    def member(self, call: Call) -> Json:
        guild = access.guild(self.world, call.id("guild_id"))
        if not (found := guild.members.get(call.id("user_id"))):
            raise Refusal(10013)
        return wire.member(self.world, found)

    def channel(self, call: Call) -> Json:
        return wire.channel(self.world, access.channel(self.world, call.id("channel_id")))

    def edit_channel(self, call: Call) -> Json:
        """Archive, unarchive, lock or rename a thread; other channels are not the bot's to change."""
        channel = access.channel(self.world, call.id("channel_id"))
        if not isinstance(channel, Thread):
            access.require(self.world, channel, Permission.MANAGE_CHANNELS)
        self._change_thread(channel, call.form)
        return wire.channel(self.world, channel)

    def _change_thread(self, channel: Channel, body: Json) -> None:
        refuse_if_any(form.text(body, "name", 1, 100, optional=True))
        if not isinstance(channel, Thread):
            channel.name = body.get("name") or channel.name
            return
        mine = channel.owner_id == self.world.bot.id
        if (channel.locked or not mine or "locked" in body) and body.keys() != {"archived"}:
            access.require(self.world, channel, Permission.MANAGE_THREADS)
        if channel.archived and channel.locked:
            access.require(self.world, channel, Permission.MANAGE_THREADS)
        if channel.archived and body.get("archived") is not False:
            raise Refusal(50083)
        channel.name = body.get("name") or channel.name
        self.world.set_archived(channel, bool(body.get("archived", channel.archived)), locked=body.get("locked"))


class CommandRoutes:
    def __init__(self, world: World) -> None:
        self.world = world

    def routes(self) -> list[Route]:
        everywhere = "/applications/{application_id}/commands"
        in_guild = "/applications/{application_id}/guilds/{guild_id}/commands"
        return [
            Route("GET", everywhere, self.read),
            Route("PUT", everywhere, self.replace),
            Route("GET", in_guild, self.read),
            Route("PUT", in_guild, self.replace),
        ]

    def read(self, call: Call) -> list[Json]:
        guild_id = self._scope(call)
        return self.world.global_commands if guild_id is None else self.world.guild_commands.get(guild_id, [])

    def replace(self, call: Call) -> list[Json]:
        guild_id = self._scope(call)
        refuse_if_any(command_rules.commands(call.body))
        if command_rules.too_many(call.body):
            raise Refusal(30032)
        known = {(command["type"], command["name"]): command["id"] for command in self.read(call)}
        commands = [self._registered(command, known, guild_id) for command in call.body]
        self.world.register(commands, guild_id)
        return commands

    def _scope(self, call: Call) -> int | None:
        if call.id("application_id") != self.world.application_id:
            raise Refusal(10002)
        return access.guild(self.world, call.id("guild_id")).id if "guild_id" in call.path else None

    def _registered(self, body: Json, known: dict[tuple[int, str], str], guild_id: int | None) -> Json:
        """A command as Discord gives it back; one that was there before keeps its id."""
        kind = body.get("type", command_rules.CHAT_INPUT)
        defaults: dict[str, Any] = {
            "description": "",
            "options": [],
            "default_member_permissions": None,
            "contexts": None,
        }
        return {
            **defaults,
            "dm_permission": True,
            "nsfw": False,
            "integration_types": [0],
            **body,
            "type": kind,
            "id": known.get((kind, body["name"])) or str(self.world.new_id()),
            "application_id": str(self.world.application_id),
            "version": str(self.world.new_id()),
            **({"guild_id": str(guild_id)} if guild_id else {}),
        }

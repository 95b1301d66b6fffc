/** What stands around the messages: servers, channels, the person, the header. */

import { byId, el, fill } from "./dom.js";
import { channelIcon, markdown } from "./markdown_view.js";
import { drawChannels, drawGuilds, drawPerson } from "./sidebar.js";
import { displayName, isForum, listedChannels } from "./world.js";

/**
 * @typedef {{world: import("./world.js").World, me: string, guild: import("./world.js").Guild | undefined,
 *   channel: import("./world.js").Channel | undefined, unread: Set<string>,
 *   reader: import("./markdown_view.js").Reader, openGuild: (id: string) => void,
 *   become: (userId: string) => void}} View
 */

/** @param {View} view */
export function drawFrame({ world, me, guild, channel, unread, reader, openGuild, become }) {
  const guildId = guild?.id ?? "";
  const focused = document.activeElement?.id;
  const place = guild?.name ?? "Direct messages";
  document.title = channel ? `${channel.name} · ${place}` : place;
  byId("guild-name").textContent = place;
  drawGuilds(byId("guilds"), world, { guildId, unread: unreadGuilds(world, unread), open: openGuild });
  const channels = guild ? listedChannels(guild) : [world.dm(me)];
  drawChannels(byId("channels"), channels, { channelId: channel?.id ?? "", unread, open: reader.openChannel });
  drawPerson(byId("person"), world, { guildId, me, become });
  drawHeader(channel, reader);
  drawBot(world.bot);
  if (focused) byId(focused)?.focus({ preventScroll: true }); // what had the focus may have been drawn anew
}

/** The servers in which something is unread; direct messages have no server, so their id is empty. */
function unreadGuilds(world, unread) {
  return new Set([...unread].map((id) => world.guildOf(id)?.id ?? ""));
}

function drawHeader(channel, reader) {
  fill(byId("channel-title"), channel && [channelIcon(channel), el("h1", {}, channel.name)]);
  fill(byId("topic"), channel?.topic && markdown(channel.topic, reader));
  byId("composer").hidden = !channel || isForum(channel);
}

function drawBot(bot) {
  const state = bot.online ? "online" : "offline";
  byId("bot").className = `bot ${state}`;
  fill(byId("bot"), el("span", { class: "dot", "aria-hidden": "true" }), `${displayName(bot)} is ${state}`);
}

/** The left side: the servers, the channels of one of them, and who one is. */

import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { channelIcon } from "./markdown_view.js";
import { avatar } from "./messages.js";
import { displayName, isThread } from "./world.js";

/**
 * The servers, below the direct messages with the bot.
 * @param {HTMLElement} rail
 * @param {import("./world.js").World} world
 * @param {{guildId: string, unread: Set<string>, open: (guildId: string) => void}} view
 */
export function drawGuilds(rail, world, { guildId, unread, open }) {
  const button = (id, name, inside) =>
    el(
      "button",
      {
        type: "button",
        id: `guild-${id}`,
        class: unread.has(id) ? "guild unread" : "guild",
        title: name,
        "aria-label": name,
        "aria-current": id === guildId ? "true" : null,
        on: { click: () => open(id) },
      },
      inside,
    );
  fill(
    rail,
    button("", "Direct messages", icon("at")),
    el("span", { class: "rail-line", role: "separator" }),
    world.guilds.map((guild) => button(guild.id, guild.name, initials(guild.name))),
  );
}

/** "Prestige TV Club" → "PTC" */
function initials(name) {
  return name
    .split(/[\s-]+/)
    .map((word) => word.slice(0, 1))
    .join("")
    .slice(0, 3);
}

/**
 * @param {HTMLElement} list
 * @param {import("./world.js").Channel[]} channels
 * @param {{channelId: string, unread: Set<string>, open: (id: string) => void}} view
 */
export function drawChannels(list, channels, { channelId, unread, open }) {
  fill(
    list,
    channels.map((channel) =>
      el("li", {}, channelButton(channel, channel.id === channelId, unread.has(channel.id), open)),
    ),
  );
}

function channelButton(channel, current, unread, open) {
  const look = ["channel", isThread(channel) && "thread", unread && "unread"].filter(Boolean).join(" ");
  return el(
    "button",
    {
      type: "button",
      id: `channel-${channel.id}`,
      class: look,
      "aria-current": current ? "page" : null,
      on: { click: () => open(channel.id) },
    },
    channelIcon(channel),
    el("span", { class: "channel-name" }, channel.name),
    unread && el("span", { class: "visually-hidden" }, "(unread)"),
  );
}

/**
 * Who one is, and a way to be someone else.
 * @param {HTMLElement} place
 * @param {import("./world.js").World} world
 * @param {{guildId: string, me: string, become: (id: string) => void}} view
 */
export function drawPerson(place, world, { guildId, me, become }) {
  const select = el(
    "select",
    {
      class: "person-select",
      id: "person-select",
      "aria-label": "Who you are",
      on: { change: () => become(select.value) },
    },
    world.users.map((user) =>
      el(
        "option",
        { value: user.id, selected: user.id === me },
        `${displayName(user)} · ${rank(world, guildId, user.id)}`,
      ),
    ),
  );
  const person = world.user(me);
  fill(
    place,
    avatar(person, world),
    el(
      "span",
      { class: "person-text" },
      el("strong", {}, displayName(person)),
      el("small", {}, rank(world, guildId, me)),
    ),
    el("span", { class: "person-swap", title: "Be someone else" }, icon("swap")),
    select,
  );
}

function rank(world, guildId, userId) {
  if (!guildId) return "Direct messages";
  return world.member(guildId, userId)?.admin ? "Admin" : "Member";
}

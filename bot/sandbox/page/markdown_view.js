/** The markdown tree as elements. */

import { el, outsideLink, safeUrl } from "./dom.js";
import { icon } from "./icons.js";
import { parse } from "./markdown.js";
import { textSpoiler } from "./spoilers.js";
import { format } from "./timestamps.js";
import { CHANNEL, displayName, isForum, isThread } from "./world.js";

/**
 * @typedef {import("./markdown.js").Node} MarkdownNode
 * @typedef {{world: import("./world.js").World, openChannel: (id: string) => void,
 *   startCommand: (name: string) => void}} Reader  whose eyes the text is drawn for
 */

/** A Discord text. @param {string} text @param {Reader} reader */
export function markdown(text, reader) {
  return el("div", { class: "markdown" }, draw(parse(text), reader));
}

/** @param {MarkdownNode[]} nodes @param {Reader} reader @returns {(Node | string)[]} */
function draw(nodes, reader) {
  return nodes.map((node) => DRAWINGS[node.type](/** @type {any} */ (node), reader));
}

const wrap = (tag, className) => (node, reader) => el(tag, { class: className }, draw(node.children, reader));

const DRAWINGS = {
  text: (node) => node.text,
  strong: wrap("strong"),
  em: wrap("em"),
  underline: wrap("u"),
  strike: wrap("s"),
  quote: wrap("blockquote", "quote"),
  subtext: wrap("small", "subtext"),
  code: (node) => el("code", {}, node.text),
  fence: (node) => el("pre", { class: "fence" }, el("code", {}, node.text)),
  heading: (node, reader) =>
    el(`h${node.level + 2}`, { class: `heading heading-${node.level}` }, draw(node.children, reader)),
  list: drawList,
  spoiler: (node, reader) => textSpoiler(plainText(node.children, reader), () => draw(node.children, reader)),
  link: drawLink,
  user: (node, reader) => pill(`@${name(reader.world.user(node.id), displayName, "unknown-user")}`),
  role: drawRole,
  channel: drawChannel,
  everyone: (node) => pill(node.text),
  command: (node, reader) => pillButton([`/${node.name}`], () => reader.startCommand(node.name)),
  emoji: (node) => el("span", { class: "emoji-name", title: `:${node.name}:` }, `:${node.name}:`),
  time: drawTime,
};

function drawList(node, reader) {
  const items = node.items.map((item) => el("li", { class: `depth-${item.depth}` }, draw(item.children, reader)));
  return el(node.ordered ? "ol" : "ul", { class: "list", start: node.ordered ? node.start : null }, items);
}

function drawLink(node, reader) {
  const url = safeUrl(node.url);
  const inside = draw(node.children, reader);
  return url ? outsideLink(url, { title: node.title || null }, inside) : el("span", {}, inside);
}

function drawRole(node, reader) {
  return pill(`@${name(reader.world.role(node.id), (role) => role.name, "deleted-role")}`);
}

function drawChannel(node, reader) {
  const channel = reader.world.channel(node.id);
  if (!channel) return pill("#unknown");
  return pillButton([channelIcon(channel), channel.name], () => reader.openChannel(channel.id));
}

function drawTime(node) {
  const now = Date.now() / 1000;
  const attributes = {
    class: "time",
    title: format(node.seconds, "F", now),
    "data-relative": node.style === "R" && node.seconds,
  };
  return el("time", attributes, format(node.seconds, node.style, now));
}

const pill = (text) => el("span", { class: "mention" }, text);

const pillButton = (inside, action) =>
  el("button", { type: "button", class: "mention", on: { click: action } }, inside);

const name = (thing, read, otherwise) => (thing ? read(thing) : otherwise);

/** @param {import("./world.js").Channel} channel */
export function channelIcon(channel) {
  if (isThread(channel)) return icon("thread");
  if (isForum(channel)) return icon("forum");
  if (channel.type === CHANNEL.DM) return icon("at");
  return icon(channel.type === CHANNEL.NEWS ? "announce" : "hash");
}

/** What a tree says, without its form; the shape of a spoiler is cut from it. */
function plainText(nodes, reader) {
  return nodes
    .map((node) => {
      if ("children" in node) return plainText(node.children, reader);
      if ("items" in node) return node.items.map((item) => plainText(item.children, reader)).join("\n");
      return "text" in node ? node.text : "xxxxxx";
    })
    .join("");
}

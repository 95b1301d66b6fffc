/** One message as a person sees it. */

import { drawComponents } from "./components.js";
import { cssColour, el } from "./dom.js";
import { embed } from "./embeds.js";
import { icon } from "./icons.js";
import { markdown } from "./markdown_view.js";
import { attachment } from "./media.js";
import { messageTime } from "./timestamps.js";
import { displayName } from "./world.js";

const FLAG = Object.freeze({
  CROSSPOSTED: 1,
  SUPPRESS_EMBEDS: 1 << 2,
  EPHEMERAL: 1 << 6,
  LOADING: 1 << 7,
  COMPONENTS_V2: 1 << 15,
});

const NO_ANSWER = "The application did not respond";
const COMMAND_INTERACTION = 2;

/** An interaction can be answered for 15 minutes; what is still "thinking" then was never answered. */
const TOKEN_LIFE = 15 * 60_000;

/**
 * @typedef {{reader: import("./markdown_view.js").Reader, guild: import("./world.js").Guild | undefined, me: string,
 *   press: (message: any, component: any, values?: string[]) => void, dismiss: (message: any) => void}} MessageHost
 */

/** @param {any} message @param {MessageHost} host @returns {HTMLElement} */
export function drawMessage(message, host) {
  const ephemeral = isEphemeral(message);
  const pinged = host.reader.world.pings(message, host.guild?.id, host.me);
  return el(
    "li",
    {
      class: ["message", ephemeral && "ephemeral", pinged && "pinged"].filter(Boolean).join(" "),
      "data-id": message.id,
    },
    origin(message),
    el("div", { class: "message-row" }, avatar(message.author, host.reader.world), body(message, host)),
  );
}

/** @param {any} message @param {number} flag */
const has = (message, flag) => Boolean((message.flags ?? 0) & flag);

/** @param {any} message */
const isEphemeral = (message) => has(message, FLAG.EPHEMERAL);

/** Whether a message continues the one before it, so that its author need not be said again. */
export function continues(message, previous) {
  return (
    previous?.author?.id === message.author?.id &&
    isEphemeral(previous) === isEphemeral(message) &&
    !message.interaction_metadata &&
    Date.parse(message.timestamp) - Date.parse(previous.timestamp) < 7 * 60_000
  );
}

/** "Mina used /recap", above an answer. */
function origin(message) {
  const cause = message.interaction_metadata;
  if (!cause || (cause.type ?? COMMAND_INTERACTION) !== COMMAND_INTERACTION) return null;
  const command = cause.name ?? message.interaction?.name;
  return el(
    "div",
    { class: "origin" },
    el("strong", {}, displayName(cause.user ?? message.interaction?.user)),
    command ? [" used ", el("span", { class: "mention" }, `/${command}`)] : " used a command",
  );
}

/** @param {any} user @param {import("./world.js").World} world */
export function avatar(user, world) {
  const circle = el("span", { class: "avatar", "aria-hidden": "true" }, displayName(user).slice(0, 1).toUpperCase());
  circle.style.backgroundColor = cssColour(world.user(user?.id)?.avatar_color);
  return circle;
}

function body(message, host) {
  const { reader } = host;
  const embeds = has(message, FLAG.SUPPRESS_EMBEDS) ? [] : (message.embeds ?? []);
  return el(
    "div",
    { class: "message-body" },
    heading(message, host),
    has(message, FLAG.LOADING) ? thinking(message) : text(message, reader),
    unreferenced(message).map(attachment),
    embeds.map((one) => embed(one, reader)),
    drawComponents(message.components ?? [], stageFor(message, host)),
    threadLink(message, reader),
    isEphemeral(message) && onlyYou(() => host.dismiss(message)),
    el("p", { class: "message-note", role: "status" }),
  );
}

/** @returns {import("./components.js").Stage} */
function stageFor(message, host) {
  return {
    reader: host.reader,
    guild: host.guild,
    attachments: message.attachments ?? [],
    press: (component, values) => host.press(message, component, values),
  };
}

function heading(message, { guild }) {
  const author = el("strong", { class: "author" }, displayName(message.author));
  author.style.color = cssColour(authorColour(message.author, guild));
  return el(
    "div",
    { class: "message-heading" },
    author,
    message.author?.bot && el("span", { class: "tag" }, "App"),
    el(
      "time",
      { datetime: message.timestamp, title: message.timestamp },
      messageTime(message.timestamp, Date.now() / 1000),
    ),
    has(message, FLAG.CROSSPOSTED) && el("span", { class: "tag quiet" }, "Published"),
  );
}

/** The colour of the author's first coloured role. */
function authorColour(author, guild) {
  const roles = guild?.members.find((member) => member.user_id === author?.id)?.roles ?? [];
  return guild?.roles.find((role) => roles.includes(role.id) && role.color)?.color ?? "";
}

function text(message, reader) {
  if (!message.content) return null;
  const content = markdown(message.content, reader);
  const edited = el("small", { class: "edited", title: message.edited_timestamp }, "(edited)");
  if (message.edited_timestamp) content.append(" ", edited);
  return content;
}

function thinking(message) {
  if (Date.now() - Date.parse(message.timestamp) > TOKEN_LIFE) return failure(NO_ANSWER);
  const dots = el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
  return el("p", { class: "thinking", role: "status" }, dots, `${displayName(message.author)} is thinking…`);
}

/** @param {string} sentence */
export function failure(sentence) {
  return el("p", { class: "failure", role: "alert" }, icon("warning"), sentence);
}

/** @param {() => void} dismiss */
export function onlyYou(dismiss) {
  return el(
    "p",
    { class: "only-you" },
    icon("eye"),
    "Only you can see this · ",
    el("button", { type: "button", class: "text-button", on: { click: dismiss } }, "Dismiss message"),
  );
}

/** Attachments that components show are not shown once more; with V2, the others stay invisible. */
function unreferenced(message) {
  return has(message, FLAG.COMPONENTS_V2) ? [] : (message.attachments ?? []);
}

/** A thread that was started from a message has the message's id. */
function threadLink(message, reader) {
  const thread = reader.world.channel(message.id) ?? message.thread;
  if (!thread || message.channel_id === thread.id) return null;
  return el(
    "button",
    { type: "button", class: "thread-link", on: { click: () => reader.openChannel(thread.id) } },
    icon("thread"),
    thread.name,
  );
}

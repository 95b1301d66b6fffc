/**
 * Discord's markdown, read as Discord's clients read it: text in, a tree of plain values out.
 *
 * What matters most here is fidelity where it hurts: a text that leaks out of its spoiler bars in Discord
 * must leak here as well, or this page would hide the very mistakes it is meant to show.
 *
 * @typedef {{type: "text", text: string}
 *   | {type: "strong" | "em" | "underline" | "strike" | "spoiler" | "quote" | "subtext", children: Node[]}
 *   | {type: "heading", level: number, children: Node[]}
 *   | {type: "list", ordered: boolean, start: number, items: {depth: number, children: Node[]}[]}
 *   | {type: "code", text: string}
 *   | {type: "fence", language: string, text: string}
 *   | {type: "link", url: string, title: string, children: Node[]}
 *   | {type: "user" | "role" | "channel", id: string}
 *   | {type: "everyone", text: string}
 *   | {type: "command", name: string, id: string}
 *   | {type: "emoji", name: string, id: string}
 *   | {type: "time", seconds: number, style: string}} Node
 *
 * @typedef {{depth: number, inQuote: boolean, inLink: boolean, blocks: boolean}} Context
 *   blocks: whether headings, lists and quotes may begin here (never inside other formatting)
 *
 * @typedef {{end: number, nodes: Node[]}} Match  what was read, and where reading goes on
 * @typedef {(text: string, at: number, context: Context) => Match | null} Reader
 */

/** Deeper nesting is hostile input, and is shown as it was written. */
const MAX_DEPTH = 24;

const ESCAPE = /\\([^0-9A-Za-z\s])/y;
const SPECIAL = /[\\`|*_~<[@\n]|https?:\/\//g;
const BARE_URL = /https?:\/\/[^\s<]+[^<.,:;"'\]\s]/y;
const MASKED_LINK =
  /\[((?:\\[^\n]|[^[\]\\\n]|\[[^[\]\n]*\])+)\]\(\s*<?(https?:\/\/(?:[^\s()<>]|\([^\s()<>]*\))+)>?(?:\s+"([^"\n]*)")?\s*\)/y;
const ANGLE_URL = /<(https?:\/\/[^\s<>]+)>/y;
const USER = /<@!?(\d+)>/y;
const ROLE = /<@&(\d+)>/y;
const CHANNEL = /<#(\d+)>/y;
const COMMAND = /<\/([^\s:<>][^:<>\n]{0,98}):(\d+)>/y;
const EMOJI = /<a?:(\w{1,32}):(\d+)>/y;
const TIME = /<t:(-?\d{1,13})(?::([tTdDfFsSR]))?>/y;
const EVERYONE = /@(?:everyone|here)\b/y;
const STRONG = /\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)/y;
const UNDERLINE = /__((?:\\[\s\S]|[^\\])+?)__(?!_)/y;
const EM_STAR = /\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)/y;
const EM_BAR = /_((?:__|\\[\s\S]|[^\\_])+?)_\b/y;
const STRIKE = /~~([\s\S]+?)~~(?!_)/y;
const FENCE = /```(?:([a-z0-9_+\-.#]+?)\n)?\n*([^\n][\s\S]*?)\n*```/iy;
const QUOTE_REST = / *>>> ([\s\S]*)/y;
const QUOTE_LINES = / *> [^\n]*(?:\n *> [^\n]*)*\n?/y;
const HEADING = /(#{1,3}) +(\S[^\n]*)(?:\n|$)/y;
const SUBTEXT = /-# +(\S[^\n]*)(?:\n|$)/y;
const ITEM = /( {0,20})(?:[-*]|(\d{1,9})\.) +(\S[^\n]*)(?:\n|$)/y;

/**
 * The tree of `text`. Never throws, whatever the text.
 * @param {string} text
 * @returns {Node[]}
 */
export function parse(text) {
  return read(text, { depth: 0, inQuote: false, inLink: false, blocks: true });
}

/**
 * @param {string} text
 * @param {Context} context
 * @returns {Node[]}
 */
function read(text, context) {
  if (context.depth > MAX_DEPTH) return [{ type: "text", text }];
  /** @type {Node[]} */
  const nodes = [];
  let at = 0;
  while (at < text.length) {
    const match = block(text, at, context) ?? inline(text, at, context) ?? plain(text, at);
    match.nodes.forEach((node) => append(nodes, node));
    at = match.end;
  }
  return nodes;
}

/** Adds a node; neighbouring texts become one. @param {Node[]} nodes @param {Node} node */
function append(nodes, node) {
  const last = nodes.at(-1);
  if (node.type === "text" && last?.type === "text") last.text += node.text;
  else nodes.push(node);
}

/** Text up to the next character that could mean something, or to the end of the line. @returns {Match} */
function plain(text, at) {
  SPECIAL.lastIndex = at + 1;
  const end = text[at] === "\n" ? at + 1 : (SPECIAL.exec(text)?.index ?? text.length);
  return { end, nodes: [{ type: "text", text: text.slice(at, end) }] };
}

// --- blocks: only at the start of a line

/** @returns {Match | null} */
function block(text, at, context) {
  if (!context.blocks || (at > 0 && text[at - 1] !== "\n")) return null;
  return quote(text, at, context) ?? heading(text, at, context) ?? list(text, at, context);
}

/** @returns {Match | null} */
function quote(text, at, context) {
  if (context.inQuote) return null;
  const inside = { ...deeper(context), inQuote: true };
  const rest = matchAt(QUOTE_REST, text, at);
  if (rest) return { end: text.length, nodes: [{ type: "quote", children: read(rest[1], inside) }] };
  const lines = matchAt(QUOTE_LINES, text, at);
  if (!lines) return null;
  const content = lines[0].replace(/\n$/, "").replace(/^ *> /gm, "");
  return { end: at + lines[0].length, nodes: [{ type: "quote", children: read(content, inside) }] };
}

/** @returns {Match | null} */
function heading(text, at, context) {
  const big = matchAt(HEADING, text, at);
  if (big) {
    const children = read(big[2], inlineOnly(context));
    return { end: at + big[0].length, nodes: [{ type: "heading", level: big[1].length, children }] };
  }
  const small = matchAt(SUBTEXT, text, at);
  if (!small) return null;
  return { end: at + small[0].length, nodes: [{ type: "subtext", children: read(small[1], inlineOnly(context)) }] };
}

/** @returns {Match | null} */
function list(text, at, context) {
  const first = matchAt(ITEM, text, at);
  if (!first) return null;
  const ordered = first[2] !== undefined;
  const items = [];
  let end = at;
  /** @type {RegExpExecArray | null} */ let item = first;
  while (item && (item[2] !== undefined) === ordered) {
    items.push({ depth: Math.min(item[1].length >> 1, 5), children: read(item[3], inlineOnly(context)) });
    end += item[0].length;
    item = matchAt(ITEM, text, end);
  }
  return { end, nodes: [{ type: "list", ordered, start: Number(first[2] ?? 1), items }] };
}

// --- inline: what may begin at any character

/**
 * The readers by the character they begin with, in the order in which Discord tries them.
 * @type {{[character: string]: Reader[]}}
 */
const READERS = {
  "\\": [escape],
  "`": [fence, code],
  "|": [spoiler],
  "*": [wrapped(STRONG, "strong"), wrapped(EM_STAR, "em")],
  _: [wrapped(UNDERLINE, "underline"), wrapped(EM_BAR, "em")],
  "~": [wrapped(STRIKE, "strike")],
  "[": [maskedLink],
  "@": [everyone],
  h: [bareLink],
  "<": [angleLink, mention(USER, "user"), mention(ROLE, "role"), mention(CHANNEL, "channel"), command, emoji, time],
};

/** @returns {Match | null} */
function inline(text, at, context) {
  for (const reader of READERS[text[at]] ?? []) {
    const match = reader(text, at, context);
    if (match) return match;
  }
  return null;
}

/** @returns {Match | null} */
function escape(text, at) {
  const match = matchAt(ESCAPE, text, at);
  return match && { end: at + match[0].length, nodes: [{ type: "text", text: match[1] }] };
}

/** The bars are found before anything inside them is read: neither escapes nor code protect a `||`. @returns {Match | null} */
function spoiler(text, at, context) {
  if (!text.startsWith("||", at)) return null;
  const close = text.indexOf("||", at + 3);
  if (close < 0) return null;
  return {
    end: close + 2,
    nodes: [{ type: "spoiler", children: read(text.slice(at + 2, close), inlineOnly(context)) }],
  };
}

/** @param {RegExp} pattern @param {"strong" | "em" | "underline" | "strike"} type @returns {Reader} */
function wrapped(pattern, type) {
  return (text, at, context) => {
    const match = matchAt(pattern, text, at);
    return match && { end: at + match[0].length, nodes: [{ type, children: read(match[1], inlineOnly(context)) }] };
  };
}

/** @returns {Match | null} */
function fence(text, at) {
  const match = matchAt(FENCE, text, at);
  if (!match) return null;
  const after = at + match[0].length;
  return {
    end: text[after] === "\n" ? after + 1 : after, // a code block is a block: the line break behind it is its own
    nodes: [{ type: "fence", language: match[1] ?? "", text: match[2] }],
  };
}

/**
 * Code runs to the next run of exactly as many backticks; where none follows, shorter ones are tried.
 * Written by hand, since the usual regular expression takes cubic time on many backticks.
 * @returns {Match | null}
 */
function code(text, at) {
  const opening = matchAt(/`+/y, text, at)?.[0].length ?? 0;
  let best = null;
  for (const run of text.slice(at + opening).matchAll(/`+/g)) {
    const length = run[0].length;
    if (length <= opening && length > (best?.length ?? 0)) best = { length, start: at + opening + run.index };
    if (best?.length === opening) break;
  }
  if (!best) return { end: at + opening, nodes: [{ type: "text", text: "`".repeat(opening) }] };
  const inside = text.slice(at + best.length, best.start);
  return { end: best.start + best.length, nodes: [{ type: "code", text: inside.replace(/^ (?=`)|(?<=`) $/g, "") }] };
}

/** @returns {Match | null} */
function maskedLink(text, at, context) {
  const match = context.inLink ? null : matchAt(MASKED_LINK, text, at);
  if (!match) return null;
  const children = read(match[1], { ...inlineOnly(context), inLink: true });
  return { end: at + match[0].length, nodes: [{ type: "link", url: match[2], title: match[3] ?? "", children }] };
}

/** @returns {Match | null} */
function bareLink(text, at, context) {
  const match = context.inLink ? null : matchAt(BARE_URL, text, at);
  if (!match) return null;
  const url = match[0].endsWith(")") && !match[0].includes("(") ? match[0].slice(0, -1) : match[0];
  return { end: at + url.length, nodes: [link(url)] };
}

/** @returns {Match | null} */
function angleLink(text, at) {
  const match = matchAt(ANGLE_URL, text, at);
  return match && { end: at + match[0].length, nodes: [link(match[1])] };
}

/** @param {string} url @returns {Node} */
function link(url) {
  return { type: "link", url, title: "", children: [{ type: "text", text: url }] };
}

/** @param {RegExp} pattern @param {"user" | "role" | "channel"} type @returns {Reader} */
function mention(pattern, type) {
  return (text, at) => {
    const match = matchAt(pattern, text, at);
    return match && { end: at + match[0].length, nodes: [{ type, id: match[1] }] };
  };
}

/** @returns {Match | null} */
function everyone(text, at) {
  const match = matchAt(EVERYONE, text, at);
  return match && { end: at + match[0].length, nodes: [{ type: "everyone", text: match[0] }] };
}

/** @returns {Match | null} */
function command(text, at) {
  const match = matchAt(COMMAND, text, at);
  return match && { end: at + match[0].length, nodes: [{ type: "command", name: match[1], id: match[2] }] };
}

/** @returns {Match | null} */
function emoji(text, at) {
  const match = matchAt(EMOJI, text, at);
  return match && { end: at + match[0].length, nodes: [{ type: "emoji", name: match[1], id: match[2] }] };
}

/** @returns {Match | null} */
function time(text, at) {
  const match = matchAt(TIME, text, at);
  return (
    match && { end: at + match[0].length, nodes: [{ type: "time", seconds: Number(match[1]), style: match[2] ?? "f" }] }
  );
}

// --- helpers

/** @param {RegExp} sticky @param {string} text @param {number} at @returns {RegExpExecArray | null} */
function matchAt(sticky, text, at) {
  sticky.lastIndex = at;
  return sticky.exec(text);
}

/** @param {Context} context @returns {Context} */
function deeper(context) {
  return { ...context, depth: context.depth + 1 };
}

/** @param {Context} context @returns {Context} */
function inlineOnly(context) {
  return { ...deeper(context), blocks: false };
}

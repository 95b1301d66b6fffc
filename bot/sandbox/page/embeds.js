/** Classic embeds: colour, title, text, fields, pictures, footer. */

import { cssColour, el, outsideLink, safeUrl } from "./dom.js";
import { markdown } from "./markdown_view.js";
import { picture } from "./media.js";
import { messageTime } from "./timestamps.js";

/** @param {any} embed @param {import("./markdown_view.js").Reader} reader */
export function embed(embed, reader) {
  const card = el(
    "article",
    { class: "embed" },
    embed.thumbnail?.url && picture({ url: embed.thumbnail.url }, "thumbnail"),
    embed.author?.name && el("div", { class: "embed-author" }, linked(embed.author.name, embed.author.url)),
    embed.title && el("div", { class: "embed-title" }, linked(markdown(embed.title, reader), embed.url)),
    embed.description && markdown(embed.description, reader),
    embed.fields?.length > 0 &&
      el(
        "div",
        { class: "embed-fields" },
        embed.fields.map((one) => field(one, reader)),
      ),
    embed.image?.url && picture({ url: embed.image.url }, "embed-picture"),
    footer(embed),
  );
  if (embed.color != null) card.style.borderInlineStartColor = cssColour(embed.color);
  return card;
}

function field({ name, value, inline }, reader) {
  return el(
    "div",
    { class: inline ? "embed-field inline" : "embed-field" },
    el("strong", {}, markdown(name, reader)),
    markdown(value, reader),
  );
}

function footer(embed) {
  const time = embed.timestamp && messageTime(embed.timestamp, Date.now() / 1000);
  const parts = [embed.footer?.text, time].filter(Boolean);
  return parts.length > 0 && el("footer", { class: "embed-footer" }, parts.join(" · "));
}

function linked(inside, url) {
  const address = safeUrl(url);
  return address ? outsideLink(address, {}, inside) : inside;
}

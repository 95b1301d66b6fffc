/** Pictures and files: hidden ones are not even loaded, broken ones leave a calm place. */

import { el, outsideLink, safeUrl } from "./dom.js";
import { icon } from "./icons.js";
import { boxSpoiler } from "./spoilers.js";

const SPOILER_ATTACHMENT = 1 << 3;

/**
 * @typedef {{url: string, description?: string | null, spoiler?: boolean}} Picture
 */

/** @param {Picture} picture @param {string} look  CSS class: the place that the picture fills */
export function picture({ url, description, spoiler }, look) {
  const show = () => loaded(url, description ?? "", look);
  return spoiler ? boxSpoiler("picture", look, show) : show();
}

function loaded(url, description, look) {
  const address = safeUrl(url);
  const frame = el("figure", { class: `picture ${look}` });
  const fail = () => frame.replaceChildren(missing(description));
  const attributes = { alt: description, title: description || null, loading: "lazy", referrerpolicy: "no-referrer" };
  if (address) frame.append(el("img", { src: address, ...attributes, on: { error: fail } }));
  else fail();
  return frame;
}

function missing(description) {
  return el(
    "span",
    { class: "picture-missing", role: "img", "aria-label": description || "Picture" },
    icon("picture"),
    "This picture could not be loaded",
  );
}

/** The address of a component's medium; uploads are named by their attachment. */
export function mediaUrl(media, attachments) {
  const url = media?.url ?? "";
  if (!url.startsWith("attachment://")) return url;
  const filename = url.slice("attachment://".length);
  return attachments.find((one) => one.filename === filename)?.url ?? "";
}

/** An attachment that no component shows. @param {any} file */
export function attachment(file) {
  if (!(file.content_type ?? "").startsWith("image/")) return fileLink(file.filename, file.url, file.size);
  const spoiler =
    file.is_spoiler || Boolean((file.flags ?? 0) & SPOILER_ATTACHMENT) || file.filename.startsWith("SPOILER_");
  return picture({ url: file.url, description: file.description, spoiler }, "attachment-picture");
}

/** @param {string} filename @param {string} url @param {number} [size]  bytes */
export function fileLink(filename, url, size) {
  const address = safeUrl(url);
  const inside = [
    icon("file"),
    el("span", {}, filename),
    size ? el("small", {}, `${Math.ceil(size / 1024)} KB`) : null,
  ];
  return address ? outsideLink(address, { class: "file" }, inside) : el("span", { class: "file" }, inside);
}

/** The one way elements are made here: attributes and text, never markup, so that no data can become any. */

/**
 * @typedef {string | number | Node | null | undefined | false} Child
 * @typedef {{[name: string]: unknown, on?: {[event: string]: (event: any) => void}}} Attributes
 */

/**
 * An element with its attributes, listeners (`on`) and children; absent values are left out.
 * @param {string} tag
 * @param {Attributes} [attributes]
 * @param {...(Child | Child[])} children
 * @returns {HTMLElement & {[property: string]: any}}
 */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "on") listen(element, /** @type {any} */ (value));
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  element.append(...present(children));
  return element;
}

/** Replaces what is inside an element. @param {Element} element @param {...(Child | Child[])} children */
export function fill(element, ...children) {
  element.replaceChildren(...present(children));
}

/** @param {string} id @returns {any} */
export function byId(id) {
  return document.getElementById(id);
}

/** The address, if a browser may safely follow it or load a picture from it. @param {unknown} address */
export function safeUrl(address) {
  const url =
    typeof address === "string" && URL.canParse(address, location.href) ? new URL(address, location.href) : null;
  return url && ["http:", "https:"].includes(url.protocol) ? url.href : null;
}

/** Discord gives colours as numbers, people's avatars have names of colours. @param {unknown} colour */
export function cssColour(colour) {
  if (typeof colour === "number") return `#${colour.toString(16).padStart(6, "0")}`;
  return typeof colour === "string" ? colour : "";
}

/** A link that opens beside this page and tells the other side nothing about it. @param {string} url */
export function outsideLink(url, attributes, ...children) {
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer", ...attributes }, ...children);
}

function listen(element, listeners) {
  for (const [event, listener] of Object.entries(listeners)) element.addEventListener(event, listener);
}

function present(children) {
  return children
    .flat()
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}

/** What hides until it is wanted: the hidden part is not in the page at all before the click. */

import { el } from "./dom.js";
import { icon } from "./icons.js";

/**
 * A hidden piece of text. In its place stands text of the same shape that says nothing, so that lines break alike.
 * (Not a <button>, since that cannot flow over several lines.)
 * @param {string} plain  the hidden text, of which only the shape is used
 * @param {() => (Node | string)[]} reveal  builds what was hidden
 */
export function textSpoiler(plain, reveal) {
  const shape = el("span", { class: "spoiler-shape", "aria-hidden": "true" }, plain.replace(/\S/g, "x"));
  const spoiler = el(
    "span",
    {
      class: "spoiler",
      role: "button",
      tabindex: 0,
      "aria-label": "Spoiler: press to reveal",
      title: "Click to reveal",
    },
    shape,
  );
  whenPressed(spoiler, () => spoiler.replaceWith(focused(el("span", { class: "spoiler-shown" }, ...reveal()))));
  return spoiler;
}

/**
 * A hidden box: a picture or a whole container.
 * @param {string} what  for screen readers
 * @param {string} look  a CSS class that gives the closed box its size
 * @param {() => HTMLElement} reveal
 */
export function boxSpoiler(what, look, reveal) {
  const box = el(
    "button",
    { type: "button", class: `spoiler-box ${look}`, "aria-label": `Spoiler, ${what}: press to reveal` },
    el("span", { class: "spoiler-pill" }, icon("eye"), "Spoiler"),
  );
  box.addEventListener("click", () => box.replaceWith(focused(reveal())));
  return box;
}

/** Keyboard users stay where they were: the revealed part takes the focus. @param {HTMLElement} element */
function focused(element) {
  element.tabIndex = -1;
  queueMicrotask(() => element.focus({ preventScroll: true }));
  return element;
}

function whenPressed(element, action) {
  element.addEventListener("click", action);
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    action();
  });
}

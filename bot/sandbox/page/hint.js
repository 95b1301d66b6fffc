/** What a first visitor should know, once. */

import { el, fill } from "./dom.js";
import { iconButton } from "./icons.js";

const SEEN = "hint-seen";
const TRY = ["recap", "subscribe", "latest"];

/** @param {HTMLElement} place @param {(command: string) => void} start */
export function showHint(place, start) {
  if (localStorage.getItem(SEEN)) return;
  const close = () => {
    localStorage.setItem(SEEN, "yes");
    place.hidden = true;
  };
  fill(
    place,
    el(
      "div",
      { class: "hint-text" },
      el("strong", {}, "An embedded Discord, on this machine"),
      el("p", {}, "The bot is real, its servers are for play, and nothing you do here leaves this computer."),
      el(
        "div",
        { class: "hint-commands" },
        "Try",
        TRY.map((name) =>
          el("button", { type: "button", class: "mention", on: { click: () => start(name) } }, `/${name}`),
        ),
      ),
    ),
    iconButton("close", "Close this hint", close),
  );
  place.hidden = false;
}

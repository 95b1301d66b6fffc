/** The page's few drawings, as paths on a 24 × 24 sheet. */

import { el } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  hash: "M9 3 7 21M17 3l-2 18M4 8.5h17M3 15.5h17",
  announce: "M4 10v4h3l8 5V5l-8 5H4ZM18.5 9a4 4 0 0 1 0 6M8 14.5l1.5 5",
  forum: "M4 5h16v11h-8l-4.5 4v-4H4V5ZM8 9h8M8 12.5h5",
  thread: "M6 4v9a4 4 0 0 0 4 4h9M15 13l4 4-4 4",
  at: "M15.5 12a3.5 3.5 0 1 1-7 0 3.5 3.5 0 0 1 7 0Zm0 0v1.5a2.5 2.5 0 0 0 5 0V12a8.5 8.5 0 1 0-3.5 6.9",
  send: "M4 4.5 20.5 12 4 19.5l2.5-7.5L4 4.5ZM6.5 12H13",
  close: "M6 6l12 12M18 6 6 18",
  out: "M10 5H5v14h14v-5M14 4h6v6M20 4l-9 9",
  eye: "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12ZM15 12a3 3 0 1 1-6 0 3 3 0 0 1 6 0Z",
  picture: "M4 5h16v14H4V5ZM4 16l5-5 4 4 2.5-2.5L20 17M16.5 9.5a1 1 0 1 1-2 0 1 1 0 0 1 2 0Z",
  file: "M6 3h8l4 4v14H6V3ZM14 3v4h4",
  down: "M6 9.5l6 6 6-6",
  slash: "M5 4h14v16H5V4ZM14 8l-4 8",
  swap: "M4 8.5h15l-4-4M20 15.5H5l4 4",
  plus: "M12 5v14M5 12h14",
  warning: "M12 4 2.8 20h18.4L12 4ZM12 10v4.5M12 17v.5",
};

/** A drawing that screen readers pass over. @param {keyof typeof PATHS} name @returns {SVGSVGElement} */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

/**
 * A button that is a drawing.
 * @param {keyof typeof PATHS} name
 * @param {string} label  what it does, for screen readers
 * @param {() => void} action
 */
export function iconButton(name, label, action) {
  const attributes = { type: "button", class: `icon-button ${name}`, "aria-label": label, title: label };
  return el("button", { ...attributes, on: { click: action } }, icon(name));
}

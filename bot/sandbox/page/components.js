/** Message components, classic and V2, as elements. */

import { cssColour, el, outsideLink, safeUrl } from "./dom.js";
import { icon } from "./icons.js";
import { markdown } from "./markdown_view.js";
import { fileLink, mediaUrl, picture } from "./media.js";
import { emojiMark, isSelect, selectPicker } from "./selects.js";
import { boxSpoiler } from "./spoilers.js";

/**
 * @typedef {{reader: import("./markdown_view.js").Reader, guild: import("./world.js").Guild | undefined,
 *   attachments: any[], press: (component: any, values?: string[]) => void}} Stage
 */

const BUTTON_LOOKS = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "secondary" };
const LINK_BUTTON = 5;

/** @param {any[]} components @param {Stage} stage */
export function drawComponents(components, stage) {
  return components.map((component) => drawComponent(component, stage));
}

/** @param {any} component @param {Stage} stage @returns {HTMLElement} */
function drawComponent(component, stage) {
  if (isSelect(component)) return drawSelect(component, stage);
  const draw = DRAWINGS[component.type];
  return draw
    ? draw(component, stage)
    : el("p", { class: "unknown-component" }, `A component of type ${component.type}`);
}

const DRAWINGS = {
  1: (row, stage) => el("div", { class: "action-row" }, drawComponents(row.components, stage)),
  2: drawButton,
  9: drawSection,
  10: (text, stage) => markdown(text.content, stage.reader),
  11: (thumbnail, stage) => medium(thumbnail, stage, "thumbnail"),
  12: drawGallery,
  13: drawFile,
  14: (line) =>
    el("hr", { class: `separator ${line.spacing === 2 ? "large" : ""} ${line.divider === false ? "invisible" : ""}` }),
  17: drawContainer,
};

function drawButton(button, stage) {
  const inside = [button.emoji && emojiMark(button.emoji), button.label];
  const look = `button ${BUTTON_LOOKS[button.style] ?? "secondary"}`;
  const url = button.style === LINK_BUTTON && safeUrl(button.url);
  if (url && !button.disabled) return outsideLink(url, { class: look }, inside, icon("out"));
  const disabled = button.disabled || !button.custom_id;
  return el(
    "button",
    {
      type: "button",
      class: look,
      disabled,
      "data-custom-id": button.custom_id,
      on: { click: () => stage.press(button) },
    },
    inside,
  );
}

function drawSelect(select, stage) {
  return selectPicker(select, stage.reader.world, stage.guild, { onCommit: (values) => stage.press(select, values) })
    .element;
}

function drawSection(section, stage) {
  return el(
    "div",
    { class: "section" },
    el("div", { class: "section-texts" }, drawComponents(section.components, stage)),
    section.accessory && drawComponent(section.accessory, stage),
  );
}

function drawGallery(gallery, stage) {
  const look = gallery.items.length === 1 ? "gallery-single" : "gallery-item";
  return el(
    "div",
    { class: `gallery gallery-of-${Math.min(gallery.items.length, 3)}` },
    gallery.items.map((item) => medium(item, stage, look)),
  );
}

function medium({ media, description, spoiler }, stage, look) {
  return picture({ url: mediaUrl(media, stage.attachments), description, spoiler }, look);
}

function drawFile({ file, name, size, spoiler }, stage) {
  const url = mediaUrl(file, stage.attachments);
  const show = () => fileLink(name ?? url.split("/").pop() ?? "File", url, size);
  return spoiler ? boxSpoiler("file", "file", show) : show();
}

function drawContainer(container, stage) {
  const show = () => {
    const box = el("div", { class: "container" }, drawComponents(container.components, stage));
    if (container.accent_color != null) box.style.borderInlineStartColor = cssColour(container.accent_color);
    return box;
  };
  return container.spoiler ? boxSpoiler("message", "container-closed", show) : show();
}

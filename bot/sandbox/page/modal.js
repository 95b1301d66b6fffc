/** The form that a bot can answer with: texts to read, fields to fill in. */

import { explain } from "./api.js";
import { el } from "./dom.js";
import { markdown } from "./markdown_view.js";
import { isSelect, selectPicker } from "./selects.js";

const TYPE = Object.freeze({ ROW: 1, TEXT_INPUT: 4, TEXT: 10, LABEL: 18, RADIO: 21, CHECKBOXES: 22, CHECKBOX: 23 });
const PARAGRAPH = 2;

/**
 * @typedef {{element: HTMLElement, answer?: () => any, missing?: () => boolean}} Field
 * @typedef {{reader: import("./markdown_view.js").Reader, guild: import("./world.js").Guild | undefined}} Place
 */

/**
 * Opens the form; `submit` gets the filled-in components and may reject, which keeps the form open.
 * @param {any} modal
 * @param {Place} place
 * @param {(components: any[]) => Promise<unknown>} submit
 */
export function openModal(modal, place, submit) {
  const fields = modal.components.map((component) => drawTopLevel(component, place));
  const problem = el("p", { class: "modal-problem", role: "alert" });
  const send = el("button", { class: "button primary" }, "Submit");
  const form = el(
    "form",
    { class: "modal-form", method: "dialog" },
    el("h2", { class: "modal-title", id: "modal-title" }, modal.title),
    el(
      "div",
      { class: "modal-fields" },
      fields.map((field) => field.element),
    ),
    problem,
    el(
      "div",
      { class: "modal-actions" },
      el("button", { type: "button", class: "button secondary", on: { click: () => dialog.close() } }, "Cancel"),
      send,
    ),
  );
  const dialog = el(
    "dialog",
    { class: "modal", "aria-labelledby": "modal-title", on: { close: () => dialog.remove() } },
    form,
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.textContent = fields.some((field) => field.missing?.()) ? "Please fill in every field marked with *." : "";
    if (problem.textContent) return;
    send.disabled = true;
    try {
      await submit(fields.filter((field) => field.answer).map((field) => field.answer()));
      dialog.close();
    } catch (error) {
      problem.textContent = explain(error);
      send.disabled = false;
    }
  });
  document.body.append(dialog);
  dialog.showModal();
}

/** @returns {Field} */
function drawTopLevel(component, place) {
  if (component.type === TYPE.TEXT) return { element: markdown(component.content, place.reader) };
  if (component.type === TYPE.ROW) return drawRow(component, place);
  return drawLabelled(component.label, component.description, component.component, component, place);
}

/** The older form: a text input in an action row, with the label on the input. @returns {Field} */
function drawRow(row, place) {
  const [input] = row.components;
  const field = drawLabelled(input.label, null, input, row, place);
  return { ...field, answer: () => ({ type: TYPE.ROW, components: [field.answer?.().component] }) };
}

/** @returns {Field} */
function drawLabelled(label, description, component, outer, place) {
  const input = drawInput(component, label, place);
  const required = component.required ?? component.type !== TYPE.CHECKBOX;
  const element = el(
    input.group ? "fieldset" : "label",
    { class: "modal-field" },
    el(
      input.group ? "legend" : "span",
      { class: "modal-label" },
      label,
      required && el("span", { class: "required", title: "required" }, " *"),
    ),
    description && el("small", {}, description),
    input.element,
  );
  const ids = { type: component.type, id: component.id, custom_id: component.custom_id };
  return {
    element,
    answer: () => ({ type: TYPE.LABEL, id: outer.id, component: { ...ids, ...input.read() } }),
    missing: () => required && input.empty(),
  };
}

/** @returns {{element: HTMLElement, read: () => any, empty: () => boolean, group?: boolean}} */
function drawInput(component, label, place) {
  if (isSelect(component)) return drawPicker(component, label, place);
  if (component.type === TYPE.CHECKBOX) return drawCheckbox(component);
  if (component.type === TYPE.RADIO || component.type === TYPE.CHECKBOXES) return drawChoices(component);
  return drawTextInput(component);
}

function drawTextInput(component) {
  const input = el(component.style === PARAGRAPH ? "textarea" : "input", {
    class: "text-input",
    placeholder: component.placeholder,
    minlength: component.min_length,
    maxlength: component.max_length ?? 4000,
    rows: component.style === PARAGRAPH ? 4 : null,
  });
  input.value = component.value ?? "";
  return { element: input, read: () => ({ value: input.value }), empty: () => input.value.trim() === "" };
}

function drawPicker(component, label, place) {
  const picker = selectPicker(component, place.reader.world, place.guild, { label });
  return {
    element: picker.element,
    group: true,
    read: () => ({ values: picker.values }),
    empty: () => picker.values.length === 0,
  };
}

function drawCheckbox(component) {
  const input = el("input", { type: "checkbox", checked: component.default });
  return { element: input, read: () => ({ value: input.checked }), empty: () => !input.checked };
}

function drawChoices(component) {
  const radio = component.type === TYPE.RADIO;
  const inputs = component.options.map((option) =>
    el("input", {
      type: radio ? "radio" : "checkbox",
      name: component.custom_id,
      value: option.value,
      checked: option.default,
    }),
  );
  const rows = component.options.map((option, index) =>
    el(
      "label",
      { class: "choice" },
      inputs[index],
      el("span", {}, option.label, option.description && el("small", {}, option.description)),
    ),
  );
  const values = () => inputs.filter((input) => input.checked).map((input) => input.value);
  const read = () => (radio ? { value: values()[0] ?? null } : { values: values() });
  return { element: el("div", { class: "choices" }, rows), group: true, read, empty: () => values().length === 0 };
}

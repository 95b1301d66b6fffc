/** A select menu: a button that opens a list of options, one or several of which can be chosen. */

import { el, fill } from "./dom.js";
import { icon } from "./icons.js";
import { Listbox } from "./listbox.js";

/** Above this number a list is easier to search than to read. */
const SEARCHABLE = 8;

/**
 * @typedef {{label: string, value: string, description?: string, mark?: Node | null}} Option
 * @typedef {{options: Option[], chosen: string[], min: number, max: number, placeholder: string, label: string,
 *   disabled?: boolean, onCommit?: (values: string[]) => void}} PickerOptions
 */

export class Picker {
  #opened = "";

  /** @param {PickerOptions} options */
  constructor(options) {
    this.options = options;
    this.chosen = new Set(options.chosen);
    this.button = el("button", {
      type: "button",
      class: "picker",
      "aria-haspopup": "listbox",
      "aria-expanded": "false",
      "aria-label": options.label,
      disabled: options.disabled,
      on: { click: () => this.#open() },
    });
    this.listbox = new Listbox(options.label, (item) => this.#toggle(item.value));
    this.search = el("input", {
      class: options.options.length > SEARCHABLE ? "picker-search" : "picker-search visually-hidden",
      role: "combobox",
      "aria-controls": this.listbox.id,
      "aria-expanded": "true",
      "aria-label": `Search ${options.label}`,
      placeholder: "Search",
      on: { input: () => this.#list(), keydown: (event) => this.#key(event) },
    });
    this.popup = el(
      "div",
      { class: "popup", popover: "auto", on: { toggle: (event) => this.#toggled(event) } },
      this.search,
      this.listbox.element,
    );
    this.element = el("div", { class: "picker-box" }, this.button, this.popup);
    this.#drawButton();
  }

  get values() {
    return this.options.options.map((option) => option.value).filter((value) => this.chosen.has(value));
  }

  #drawButton() {
    const chosen = this.options.options.filter((option) => this.chosen.has(option.value));
    const text =
      chosen.length > 0
        ? el("span", { class: "picker-value" }, chosen.map((option) => option.label).join(", "))
        : el("span", { class: "picker-placeholder" }, this.options.placeholder);
    fill(this.button, text, icon("down"));
  }

  #open() {
    this.search.value = "";
    this.#list();
    this.popup.showPopover();
    const place = this.button.getBoundingClientRect();
    const below = window.innerHeight - place.bottom > this.popup.offsetHeight + 8;
    this.popup.style.width = `${place.width}px`;
    this.popup.style.left = `${place.left}px`;
    this.popup.style.top = `${below ? place.bottom + 4 : Math.max(4, place.top - this.popup.offsetHeight - 4)}px`;
    this.search.focus();
  }

  #list() {
    const wanted = this.search.value.trim().toLowerCase();
    const items = this.options.options
      .filter((option) => option.label.toLowerCase().includes(wanted))
      .map((option) => ({
        label: option.label,
        detail: option.description,
        value: option.value,
        mark: option.mark?.cloneNode(true) ?? null,
        selected: this.chosen.has(option.value),
      }));
    this.listbox.show(items, { highlighted: Math.min(this.listbox.highlighted, items.length - 1) });
    this.#announce();
  }

  #key(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") this.listbox.move(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Enter" && this.listbox.current) this.#toggle(this.listbox.current.value);
    else if (event.key !== "Enter") return;
    event.preventDefault();
    this.#announce();
  }

  #announce() {
    this.search.setAttribute("aria-activedescendant", this.listbox.activeId);
  }

  /** @param {string} value */
  #toggle(value) {
    const { min, max } = this.options;
    const single = max <= 1;
    if (this.chosen.has(value)) {
      if (this.chosen.size > min || !single) this.chosen.delete(value);
    } else if (single) {
      this.chosen = new Set([value]);
    } else if (this.chosen.size < max) {
      this.chosen.add(value);
    }
    this.#drawButton();
    if (single) this.popup.hidePopover();
    else this.#list();
  }

  /** What was chosen counts when the list closes. */
  #toggled({ newState }) {
    this.button.setAttribute("aria-expanded", String(newState === "open"));
    const now = this.values.join();
    if (newState === "open") this.#opened = now;
    else if (now !== this.#opened && this.chosen.size >= this.options.min) this.options.onCommit?.(this.values);
  }
}

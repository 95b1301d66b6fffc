/** A list to choose from, steered by the input that it belongs to (an ARIA combobox). */

import { el, fill } from "./dom.js";

/**
 * @typedef {{label: string, detail?: string, side?: string, mark?: Node | null, value: any, selected?: boolean}} Item
 */

let count = 0;

export class Listbox {
  #highlighted = -1;
  /** @type {Item[]} */ #items = [];
  /** @type {HTMLElement[]} */ #rows = [];

  /**
   * @param {string} label  for screen readers
   * @param {(item: Item) => void} onPick
   */
  constructor(label, onPick) {
    this.onPick = onPick;
    this.id = `listbox-${(count += 1)}`;
    this.element = el("ul", { class: "listbox", role: "listbox", id: this.id, "aria-label": label, tabindex: -1 });
    // The input keeps the focus while a row is clicked.
    this.element.addEventListener("mousedown", (event) => event.preventDefault());
  }

  /** @param {Item[]} items @param {{highlightFirst?: boolean, highlighted?: number}} [options] */
  show(items, { highlightFirst = false, highlighted = -1 } = {}) {
    this.#items = items;
    this.#rows = items.map((item, index) => this.#row(item, index));
    fill(this.element, this.#rows);
    this.#highlight(highlightFirst && items.length > 0 ? 0 : highlighted);
  }

  /** What Enter would pick. */
  get current() {
    return this.#items[this.#highlighted];
  }

  get highlighted() {
    return this.#highlighted;
  }

  /** The id of the highlighted row, for aria-activedescendant. */
  get activeId() {
    return this.#rows[this.#highlighted]?.id ?? "";
  }

  /** @param {1 | -1} step */
  move(step) {
    const { length } = this.#items;
    if (length === 0) return;
    const from = this.#highlighted < 0 && step < 0 ? length : this.#highlighted;
    this.#highlight((from + step + length) % length);
  }

  #row(item, index) {
    return el(
      "li",
      {
        class: "listbox-row",
        role: "option",
        id: `${this.id}-${index}`,
        "aria-selected": item.selected ? "true" : "false",
        on: { click: () => this.onPick(item), mousemove: () => this.#highlighted !== index && this.#highlight(index) },
      },
      item.mark,
      el(
        "span",
        { class: "listbox-text" },
        el("span", { class: "listbox-label" }, item.label),
        item.detail && el("small", {}, item.detail),
      ),
      item.side && el("small", { class: "listbox-side" }, item.side),
    );
  }

  #highlight(index) {
    this.#rows[this.#highlighted]?.classList.remove("highlighted");
    this.#highlighted = index;
    this.#rows[index]?.classList.add("highlighted");
    this.#rows[index]?.scrollIntoView({ block: "nearest" });
  }
}

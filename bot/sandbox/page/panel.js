/** The panel above the composer: what is being typed, and what could be meant. */

import { el, fill } from "./dom.js";
import { Listbox } from "./listbox.js";

/**
 * @typedef {{title: string, detail?: string, problem?: string, note?: string,
 *   items?: import("./listbox.js").Item[], highlightFirst?: boolean}} Content
 */

export class Panel {
  #onPick = (/** @type {import("./listbox.js").Item} */ _item) => {};
  /** @type {HTMLElement | null} */ #input = null;

  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    this.header = el("div", { class: "panel-header", "aria-live": "polite" });
    this.listbox = new Listbox("Suggestions", (item) => this.#onPick(item));
    fill(element, this.header, this.listbox.element);
  }

  /**
   * @param {HTMLElement} input  where the person types
   * @param {Content} content
   * @param {(item: any) => void} onPick
   */
  show(input, { title, detail, problem, note, items = [], highlightFirst = false }, onPick) {
    this.#input = input;
    this.#onPick = onPick;
    fill(
      this.header,
      el("strong", {}, title),
      detail && el("span", { class: "panel-detail" }, detail),
      problem && el("span", { class: "panel-problem" }, problem),
      note && el("span", { class: "panel-note" }, note),
    );
    this.listbox.show(items, { highlightFirst });
    this.element.hidden = false;
    input.setAttribute("aria-expanded", String(items.length > 0));
    input.setAttribute("aria-controls", this.listbox.id);
    this.#announce();
  }

  hide() {
    this.element.hidden = true;
    this.listbox.show([]);
    this.#input?.setAttribute("aria-expanded", "false");
    this.#input?.removeAttribute("aria-activedescendant");
  }

  /** Steers the list; true if the key was meant for it. @param {KeyboardEvent} event */
  key(event) {
    const handled = this.#handle(event);
    if (handled) event.preventDefault();
    return handled;
  }

  #handle({ key, shiftKey, isComposing }) {
    if (this.element.hidden || isComposing) return false;
    if (key === "ArrowDown" || key === "ArrowUp") {
      this.listbox.move(key === "ArrowDown" ? 1 : -1);
      this.#announce();
      return true;
    }
    const { current } = this.listbox;
    if (current && (key === "Enter" || (key === "Tab" && !shiftKey))) {
      this.#onPick(current);
      return true;
    }
    if (key === "Escape") {
      this.hide();
      return true;
    }
    return false;
  }

  #announce() {
    this.#input?.setAttribute("aria-activedescendant", this.listbox.activeId);
  }
}

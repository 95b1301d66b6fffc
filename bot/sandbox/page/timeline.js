/** The message column: keeps messages in order, grouped by author, and the newest one in sight. */

import { el } from "./dom.js";
import { continues } from "./messages.js";

/** A reader this near to the end, in pixels, wants to see what comes next. */
const NEAR_END = 80;

export class Timeline {
  /** @type {{message: any, element: HTMLElement}[]} */ #rows = [];
  #atEnd = true;

  /**
   * @param {HTMLElement} scroller
   * @param {HTMLElement} list
   * @param {HTMLElement} newest  a button that leads to new messages below
   * @param {(message: any) => HTMLElement} draw
   */
  constructor(scroller, list, newest, draw) {
    this.scroller = scroller;
    this.list = list;
    this.newest = newest;
    this.draw = draw;
    newest.addEventListener("click", () => this.showEnd());
    scroller.addEventListener("scroll", () => {
      this.#atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_END;
      if (this.#atEnd) newest.hidden = true;
    });
    new ResizeObserver(() => this.#atEnd && this.showEnd()).observe(list);
  }

  get oldest() {
    return this.#rows[0]?.message.id;
  }

  get empty() {
    return this.#rows.length === 0;
  }

  clear() {
    this.#rows = [];
    this.list.replaceChildren();
    this.newest.hidden = true;
    this.#atEnd = true;
  }

  /** Adds messages, or redraws those that are there already. @param {any[]} messages */
  put(messages) {
    for (const message of messages) this.#put(message);
    this.#regroup();
  }

  /** Adds a message that has just come; a reader of older ones is not torn away. @param {any[]} messages */
  arrive(messages) {
    this.newest.hidden = this.#atEnd || messages.length === 0;
    this.put(messages);
  }

  /** Adds messages from before the oldest one; what one was reading stays where it is. @param {any[]} messages */
  prepend(messages) {
    const below = this.scroller.scrollHeight - this.scroller.scrollTop;
    this.put(messages);
    this.scroller.scrollTop = this.scroller.scrollHeight - below;
  }

  /** Redraws a message if it is shown; others are drawn when one scrolls to them. @param {any} message */
  update(message) {
    if (this.#rows.some((row) => row.message.id === message.id)) this.put([message]);
  }

  /** @param {string} id */
  remove(id) {
    this.#rows.find((row) => row.message.id === id)?.element.remove();
    this.#rows = this.#rows.filter((row) => row.message.id !== id);
    this.#regroup();
  }

  /** Something that is no message, below the messages so far. @param {HTMLElement} element */
  append(element) {
    this.list.append(element);
    this.showEnd();
  }

  showEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  #put(message) {
    const known = this.#rows.find((row) => row.message.id === message.id);
    if (known && JSON.stringify(known.message) === JSON.stringify(message)) return; // what was revealed stays so
    const element = this.draw(message);
    if (known) {
      replaceFocused(known.element, element);
      Object.assign(known, { message, element });
      return;
    }
    const next = this.#rows.findIndex((row) => BigInt(row.message.id) > BigInt(message.id));
    if (next < 0) {
      this.list.append(element);
      this.#rows.push({ message, element });
    } else {
      this.#rows[next].element.before(element);
      this.#rows.splice(next, 0, { message, element });
    }
  }

  #regroup() {
    this.list.querySelectorAll(".day").forEach((line) => line.remove());
    let previous = null;
    for (const { message, element } of this.#rows) {
      const newDay = day(message) !== day(previous);
      element.classList.toggle("compact", !newDay && continues(message, previous));
      if (newDay) element.before(el("li", { class: "day", role: "separator" }, el("span", {}, day(message))));
      previous = message;
    }
  }
}

/** Puts a message in place of its older version; whoever had just pressed its button stays there. */
function replaceFocused(old, element) {
  const pressed = old.contains(document.activeElement) && document.activeElement?.getAttribute("data-custom-id");
  old.replaceWith(element);
  if (pressed) element.querySelector(`[data-custom-id="${CSS.escape(pressed)}"]`)?.focus({ preventScroll: true });
}

/** @param {any} message */
function day(message) {
  return message ? new Date(message.timestamp).toLocaleDateString(undefined, { dateStyle: "long" }) : "";
}

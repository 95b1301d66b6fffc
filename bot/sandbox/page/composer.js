/** The line below the messages: type a slash, pick a command, fill it in, send it. */

import { CommandForm } from "./command_form.js";
import { matching } from "./commands.js";
import { el, fill } from "./dom.js";
import { iconButton } from "./icons.js";
import { Panel } from "./panel.js";

/**
 * @typedef {{invocations: () => import("./commands.js").Invocation[],
 *   named: (option: any) => import("./commands.js").Named[],
 *   suggest: (invocation: any, options: any[], signal: AbortSignal) => Promise<any[]>,
 *   send: (invocation: any, options: any[], written: string) => void}} ComposerHost
 */

export class Composer {
  /** @param {HTMLElement} element @param {HTMLElement} panelElement @param {ComposerHost} host */
  constructor(element, panelElement, host) {
    this.element = element;
    this.host = host;
    this.panel = new Panel(panelElement);
    this.input = el("input", {
      class: "composer-input",
      id: "composer-input",
      role: "combobox",
      "aria-label": "Type / to run a command",
      "aria-expanded": "false",
      "aria-autocomplete": "list",
      autocomplete: "off",
      on: { input: () => this.#list(), focus: () => this.#list(), keydown: (event) => this.#key(event) },
    });
    const start = iconButton("slash", "Show all commands", () => this.begin("/"));
    this.idleLine = el("div", { class: "composer-line" }, start, this.input);
    element.addEventListener("focusout", (event) => {
      if (!element.contains(/** @type {Node} */ (event.relatedTarget))) this.panel.hide();
    });
    this.reset();
  }

  /** @param {string} placeholder */
  invite(placeholder) {
    this.input.placeholder = placeholder;
  }

  /** Back to the empty line; what was being filled in is forgotten. */
  reset() {
    fill(this.element, this.idleLine);
    this.input.value = "";
    this.panel.hide();
  }

  /** Writes the beginning of a command and lists what fits. @param {string} text */
  begin(text) {
    this.reset();
    this.input.value = text;
    this.input.focus();
    this.#list();
  }

  /** Begins a command by its name, as if it had been picked. @param {string} name */
  start(name) {
    const invocation = this.host.invocations().find((one) => one.name === name);
    if (invocation) this.#fillIn(invocation);
    else this.begin(`/${name}`);
  }

  #list() {
    const text = this.input.value;
    if (!text.startsWith("/")) {
      if (text === "") this.panel.hide();
      else
        this.panel.show(
          this.input,
          { title: "Only commands here", detail: "Type / to see what the bot can do." },
          () => {},
        );
      return;
    }
    const items = matching(this.host.invocations(), text.slice(1)).map((one) => ({
      label: `/${one.name}`,
      detail: one.description,
      side: one.options
        .filter((option) => option.required)
        .map((option) => option.name)
        .join(" "),
      value: one,
    }));
    const note = items.length === 0 ? "No such command, or not for this person" : "";
    this.panel.show(this.input, { title: "Commands", note, items, highlightFirst: true }, (item) =>
      this.#fillIn(item.value),
    );
  }

  #key(event) {
    if (this.panel.key(event)) return;
    if (event.key === "Enter") event.preventDefault();
  }

  #fillIn(invocation) {
    const form = new CommandForm(invocation, {
      panel: this.panel,
      named: this.host.named,
      suggest: this.host.suggest,
      send: (...command) => {
        this.reset();
        this.input.focus();
        this.host.send(...command);
      },
      cancel: () => this.begin(""),
    });
    fill(this.element, form.element);
    form.focus();
  }
}

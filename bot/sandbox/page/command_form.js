/** A command that is being filled in, option after option, with the keyboard or the mouse. */

import { nested } from "./commands.js";
import { el } from "./dom.js";
import { icon, iconButton } from "./icons.js";
import { OptionField } from "./option_field.js";

/**
 * @typedef {import("./commands.js").Invocation} Invocation
 * @typedef {{panel: import("./panel.js").Panel, named: (option: any) => import("./commands.js").Named[],
 *   suggest: (invocation: Invocation, options: any[], signal: AbortSignal) => Promise<any[]>,
 *   send: (invocation: Invocation, options: any[], written: string) => void, cancel: () => void}} Host
 */

export class CommandForm {
  /** @type {OptionField[]} */ #fields = [];

  /** @param {Invocation} invocation @param {Host} host */
  constructor(invocation, host) {
    this.invocation = invocation;
    this.host = host;
    this.panel = host.panel;
    this.named = host.named;
    this.tail = el("input", {
      class: "tail",
      role: "combobox",
      "aria-label": "More options, or Enter to send",
      "aria-expanded": "false",
      autocomplete: "off",
      on: { focus: () => this.#offer(), input: () => this.#offer(), keydown: (event) => this.#tailKey(event) },
    });
    this.element = el(
      "div",
      { class: "composer-line filling" },
      el("span", { class: "command-name" }, `/${invocation.name}`),
      this.tail,
      el(
        "span",
        { class: "composer-actions" },
        iconButton("close", "Cancel the command", host.cancel),
        iconButton("send", "Send the command", () => this.submit()),
      ),
    );
    invocation.options.filter((option) => option.required).forEach((option) => this.#add(option));
  }

  focus() {
    (this.#fields.find((field) => field.text === "")?.input ?? this.tail).focus();
  }

  /** Called by a field when something was picked for it. */
  filled() {
    this.focus();
  }

  /** @param {import("./commands.js").Option} option @param {string} text @param {AbortSignal} signal */
  choices(option, text, signal) {
    const drafts = this.#fields.filter((field) => field.text !== "").map((field) => [field.option.name, field.draft]);
    const values = new Map([.../** @type {any} */ (drafts), [option.name, text]]);
    return this.host.suggest(this.invocation, nested(this.invocation, values, option.name), signal);
  }

  /** Sends the command, or leads to what is still wrong. */
  submit() {
    const given = this.#fields.filter((field) => field.option.required || field.text.trim() !== "");
    const values = new Map();
    for (const field of given) {
      const { reading } = field;
      if ("problem" in reading) return field.complain(reading.problem);
      values.set(field.option.name, reading.value);
    }
    const written = [`/${this.invocation.name}`, ...given.map((field) => `${field.option.name}: ${field.text}`)].join(
      "  ",
    );
    this.host.send(this.invocation, nested(this.invocation, values), written);
  }

  /** @param {KeyboardEvent} event @param {OptionField} field */
  key(event, field) {
    if (this.panel.key(event) || event.isComposing) return;
    if (event.key === "Enter") this.#enter(event, field);
    else if (event.key === "Escape") this.host.cancel();
    else if (event.key === "Backspace" && field.text === "") this.#back(event, field);
  }

  #enter(event, field) {
    event.preventDefault();
    const { reading } = field;
    if ("problem" in reading && (field.text !== "" || field.option.required)) field.complain(reading.problem);
    else if (this.#fields.some((one) => one.option.required && one.text === "")) this.focus();
    else this.submit();
  }

  /** Backspace leaves an empty option: an optional one goes away, the first one takes the command with it. */
  #back(event, field) {
    event.preventDefault();
    const index = this.#fields.indexOf(field);
    if (!field.option.required) this.#remove(field);
    if (index > 0) this.#fields[index - 1].input.focus();
    else if (field.option.required) this.host.cancel();
    else this.tail.focus();
  }

  #tailKey(event) {
    if (this.panel.key(event) || event.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      this.submit();
    } else if (event.key === "Escape") {
      this.host.cancel();
    } else if (event.key === "Backspace" && this.tail.value === "") {
      event.preventDefault();
      if (this.#fields.length > 0) this.#fields[this.#fields.length - 1].input.focus();
      else this.host.cancel();
    }
  }

  /** Lists the options that could still be given. */
  #offer() {
    const given = new Set(this.#fields.map((field) => field.option));
    const wanted = this.tail.value.trim().toLowerCase();
    const items = this.invocation.options
      .filter((option) => !given.has(option) && option.name.startsWith(wanted))
      .map((option) => ({
        label: option.name,
        detail: option.description,
        side: "optional",
        value: option,
        mark: icon("plus"),
      }));
    const content = {
      title: `/${this.invocation.name}`,
      detail: this.invocation.description,
      note: "Enter sends",
      items,
      highlightFirst: wanted !== "",
    };
    this.panel.show(this.tail, content, (item) => this.#add(item.value).input.focus());
  }

  #add(option) {
    const field = new OptionField(option, this);
    this.#fields.push(field);
    this.tail.value = "";
    this.tail.before(field.element);
    return field;
  }

  #remove(field) {
    this.#fields = this.#fields.filter((one) => one !== field);
    field.element.remove();
  }
}

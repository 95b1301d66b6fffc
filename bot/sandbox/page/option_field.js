/** One option of a command that is being filled in: its input, its suggestions, its value. */

import { convert, picksByName, readValue } from "./commands.js";
import { el } from "./dom.js";

/** A pause this long means that one waits for suggestions. */
const TYPING_PAUSE = 180;

/** Discord shows at most as many choices at once. */
const MOST_CHOICES = 25;

/**
 * @typedef {import("./commands.js").Option} Option
 * @typedef {{panel: import("./panel.js").Panel, named: (option: Option) => import("./commands.js").Named[],
 *   choices: (option: Option, text: string, signal: AbortSignal) => Promise<import("./commands.js").Choice[]>,
 *   key: (event: KeyboardEvent, field: OptionField) => void, filled: () => void}} Form
 */

export class OptionField {
  /** @type {{value: string | number} | null} */ #picked = null;
  /** @type {AbortController | null} */ #asking = null;

  /** @param {Option} option @param {Form} form */
  constructor(option, form) {
    this.option = option;
    this.form = form;
    this.input = el("input", {
      class: "field-input",
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": "false",
      "aria-label": `${option.name}: ${option.description}`,
      "aria-required": option.required ? "true" : null,
      autocomplete: "off",
      spellcheck: "false",
      size: 6,
      on: {
        focus: () => this.#suggest(),
        input: () => this.#typed(),
        blur: () => this.#asking?.abort(),
        keydown: (event) => form.key(event, this),
      },
    });
    this.element = el("label", { class: "field" }, el("span", { class: "field-name" }, option.name), this.input);
  }

  get text() {
    return this.input.value;
  }

  /** What the option is set to, or what is wrong with it. @returns {import("./commands.js").Reading} */
  get reading() {
    if (this.#picked) return { value: convert(this.option, this.#picked.value) };
    return readValue(this.option, this.text, this.form.named(this.option));
  }

  /** Says what is wrong, there where it is to be mended. @param {string} problem */
  complain(problem) {
    this.input.focus();
    this.element.classList.add("invalid");
    this.#show({ problem, items: this.#fitting() });
  }

  /** The value as it goes into an autocomplete question: even what is not finished. */
  get draft() {
    const { reading } = this;
    return "value" in reading ? reading.value : this.text;
  }

  #typed() {
    this.#picked = null;
    this.element.classList.remove("invalid");
    this.#fit();
    this.#suggest();
  }

  #suggest() {
    this.#asking?.abort();
    if (this.#picked) this.#show({});
    else if (this.option.autocomplete) this.#ask();
    else this.#show({ items: this.#fitting(), highlightFirst: true });
  }

  /** Answers to an earlier text never show: asking again aborts the question before. */
  async #ask() {
    const asking = new AbortController();
    this.#asking = asking;
    this.#show({ note: "Searching…" });
    await new Promise((resolve) => setTimeout(resolve, this.text ? TYPING_PAUSE : 0));
    if (asking.signal.aborted) return;
    try {
      const choices = await this.form.choices(this.option, this.text, asking.signal);
      const items = choices.map((choice) => ({ label: choice.name, value: choice.value }));
      if (!asking.signal.aborted)
        this.#show({ items, highlightFirst: true, note: items.length === 0 ? "No suggestions" : "" });
    } catch {
      if (!asking.signal.aborted) this.#show({ note: "Suggestions could not be loaded" });
    }
  }

  #fitting() {
    const named = this.form.named(this.option);
    const wanted = this.text.trim().toLowerCase();
    return picksByName(this.option)
      ? named.filter((one) => one.label.toLowerCase().includes(wanted)).slice(0, MOST_CHOICES)
      : [];
  }

  /** @param {Partial<import("./panel.js").Content>} content */
  #show(content) {
    const { name, description, required } = this.option;
    const detail = required ? description : `${description} (optional)`;
    this.form.panel.show(this.input, { title: name, detail, ...content }, (item) => this.#pick(item));
  }

  #pick(item) {
    this.#asking?.abort();
    this.input.value = item.label;
    this.#picked = item;
    this.element.classList.remove("invalid");
    this.#fit();
    this.form.filled();
  }

  #fit() {
    this.input.size = Math.min(Math.max(6, this.text.length + 1), 36);
  }
}

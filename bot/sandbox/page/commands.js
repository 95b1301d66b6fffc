/**
 * Slash commands as values: what can be run, what was typed, and what is sent.
 *
 * @typedef {{name: string, value: string | number}} Choice
 * @typedef {{type: number, name: string, description: string, required?: boolean, autocomplete?: boolean,
 *   choices?: Choice[], options?: Option[], channel_types?: number[], min_value?: number, max_value?: number,
 *   min_length?: number, max_length?: number}} Option
 * @typedef {{commandId: string, path: {name: string, type: number}[], name: string, description: string,
 *   options: Option[]}} Invocation  one thing that can be run: a command, or one of its subcommands
 * @typedef {{value: string | number | boolean} | {problem: string}} Reading
 * @typedef {{label: string, value: string | number}} Named  something that can be picked by its name
 */

export const OPTION = Object.freeze({
  SUBCOMMAND: 1,
  GROUP: 2,
  STRING: 3,
  INTEGER: 4,
  BOOLEAN: 5,
  USER: 6,
  CHANNEL: 7,
  ROLE: 8,
  MENTIONABLE: 9,
  NUMBER: 10,
  ATTACHMENT: 11,
});

/** Options whose values are always picked from a list. @type {Set<number>} */
const NAMED = new Set([OPTION.BOOLEAN, OPTION.USER, OPTION.CHANNEL, OPTION.ROLE, OPTION.MENTIONABLE]);

const CHAT_INPUT = 1;
const IN_GUILD = 0;
const IN_BOT_DM = 1;

/**
 * What a person may run, in alphabetical order.
 * @param {any[]} commands  as the bot registered them
 * @param {{admin: boolean, guild: boolean}} person
 * @returns {Invocation[]}
 */
export function invocations(commands, person) {
  return commands
    .filter((command) => (command.type ?? CHAT_INPUT) === CHAT_INPUT && mayUse(command, person))
    .flatMap((command) => branches(command.id, [], command))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** Discord hides commands whose default permissions a member lacks; of those, this page knows "admin or not". */
function mayUse(command, person) {
  const place = person.guild ? IN_GUILD : IN_BOT_DM;
  if (command.contexts && !command.contexts.includes(place)) return false;
  if (!person.guild && command.dm_permission === false) return false;
  return person.admin || !person.guild || command.default_member_permissions == null;
}

/** @returns {Invocation[]} */
function branches(commandId, parents, node) {
  const path = [...parents, { name: node.name, type: node.type ?? CHAT_INPUT }];
  const options = node.options ?? [];
  const nested = options.filter((option) => option.type <= OPTION.GROUP);
  if (nested.length > 0) return nested.flatMap((option) => branches(commandId, path, option));
  return [
    { commandId, path, name: path.map((part) => part.name).join(" "), description: node.description ?? "", options },
  ];
}

/**
 * The invocations that fit what was typed behind the slash: those that begin so, then those that contain it.
 * @param {Invocation[]} all
 * @param {string} typed
 */
export function matching(all, typed) {
  const wanted = typed.trim().toLowerCase();
  const rank = (/** @type {Invocation} */ one) => {
    if (one.name.startsWith(wanted)) return 0;
    if (one.name.includes(wanted)) return 1;
    return one.description.toLowerCase().includes(wanted) ? 2 : 3;
  };
  return all.filter((one) => rank(one) < 3).sort((a, b) => rank(a) - rank(b));
}

/**
 * The options as Discord sends them: nested below their subcommand, in the order of the command.
 * @param {Invocation} invocation
 * @param {Map<string, string | number | boolean>} values  by option name
 * @param {string} [focused]  the option that is being typed, for autocomplete
 */
export function nested(invocation, values, focused) {
  const leaves = invocation.options
    .filter((option) => values.has(option.name))
    .map((option) => ({
      name: option.name,
      type: option.type,
      value: values.get(option.name),
      ...(option.name === focused && { focused: true }),
    }));
  const below = invocation.path.slice(1).reverse();
  return below.reduce(
    (options, part) => [{ name: part.name, type: part.type, options }],
    /** @type {any[]} */ (leaves),
  );
}

/**
 * What a typed text means as the value of an option.
 * @param {Option} option
 * @param {string} text
 * @param {Named[]} named  what can be picked by name (choices, people, channels, roles)
 * @returns {Reading}
 */
export function readValue(option, text, named) {
  const typed = text.trim();
  if (picksByName(option)) return pick(option, typed, named);
  if (option.type === OPTION.INTEGER || option.type === OPTION.NUMBER) return readNumber(option, typed);
  if (option.type === OPTION.ATTACHMENT) return { problem: "Files cannot be attached here." };
  return readText(option, typed);
}

/** Whether the value must be one of a known list. @param {Option} option */
export function picksByName(option) {
  return NAMED.has(option.type) || (option.choices?.length ?? 0) > 0;
}

/** @returns {Reading} */
function pick(option, typed, named) {
  const bare = (/** @type {string} */ text) => text.replace(/^[#@]\s*/, "").toLowerCase();
  const found = named.find((one) => bare(one.label) === bare(typed));
  if (!found) return { problem: "Pick one of the list." };
  return { value: convert(option, found.value) };
}

/** A picked value in the type of its option. @param {Option} option @param {string | number} value */
export function convert(option, value) {
  if (option.type === OPTION.BOOLEAN) return value === "true";
  if (option.type === OPTION.INTEGER || option.type === OPTION.NUMBER) return Number(value);
  return String(value);
}

/** @returns {Reading} */
function readNumber(option, typed) {
  const whole = option.type === OPTION.INTEGER;
  const value = Number(typed);
  if (typed === "" || Number.isNaN(value) || (whole && !Number.isSafeInteger(value))) {
    return { problem: whole ? "Enter a whole number." : "Enter a number." };
  }
  if (option.min_value != null && value < option.min_value) return { problem: `At least ${option.min_value}.` };
  if (option.max_value != null && value > option.max_value) return { problem: `At most ${option.max_value}.` };
  return { value };
}

/** @returns {Reading} */
function readText(option, typed) {
  if (typed === "") return { problem: "This option is required." };
  if (option.min_length != null && typed.length < option.min_length) {
    return { problem: `At least ${option.min_length} characters.` };
  }
  if (option.max_length != null && typed.length > option.max_length) {
    return { problem: `At most ${option.max_length} characters.` };
  }
  return { value: typed };
}

/** Discord's five kinds of select menus, each as a picker over what it offers. */

import { channelIcon } from "./markdown_view.js";
import { Picker } from "./picker.js";
import { displayName } from "./world.js";

const SELECT = Object.freeze({ STRING: 3, USER: 5, ROLE: 6, MENTIONABLE: 7, CHANNEL: 8 });

const PLACEHOLDERS = {
  [SELECT.STRING]: "Make a selection",
  [SELECT.USER]: "Select a person",
  [SELECT.ROLE]: "Select a role",
  [SELECT.MENTIONABLE]: "Select a person or role",
  [SELECT.CHANNEL]: "Select a channel",
};

/** @param {{type: number}} component */
export const isSelect = (component) => Object.values(SELECT).includes(/** @type {any} */ (component.type));

/**
 * @param {any} component  a select as Discord writes it
 * @param {import("./world.js").World} world
 * @param {import("./world.js").Guild | undefined} guild
 * @param {{label?: string, onCommit?: (values: string[]) => void}} [more]
 */
export function selectPicker(component, world, guild, { label, onCommit } = {}) {
  const placeholder = component.placeholder ?? PLACEHOLDERS[component.type];
  return new Picker({
    options: offered(component, world, guild),
    chosen: chosenAtFirst(component),
    min: component.min_values ?? 1,
    max: component.max_values ?? 1,
    placeholder,
    label: label ?? placeholder,
    disabled: component.disabled,
    onCommit,
  });
}

function chosenAtFirst(component) {
  if (component.type !== SELECT.STRING) return (component.default_values ?? []).map((one) => one.id);
  return component.options.filter((option) => option.default).map((option) => option.value);
}

/** @returns {import("./picker.js").Option[]} */
function offered(component, world, guild) {
  const people = () =>
    [...world.users, world.bot].map((user) => ({
      label: displayName(user),
      value: user.id,
      description: `@${user.username}`,
    }));
  const roles = () =>
    (guild?.roles ?? []).map((role) => ({ label: `@${role.name.replace(/^@/, "")}`, value: role.id }));
  switch (component.type) {
    case SELECT.USER:
      return people();
    case SELECT.ROLE:
      return roles();
    case SELECT.MENTIONABLE:
      return [...people(), ...roles()];
    case SELECT.CHANNEL:
      return channels(component, guild);
    default:
      return component.options.map((option) => ({ ...option, mark: option.emoji && emojiMark(option.emoji) }));
  }
}

function channels(component, guild) {
  return (guild?.channels ?? [])
    .filter((channel) => !component.channel_types?.length || component.channel_types.includes(channel.type))
    .map((channel) => ({ label: channel.name, value: channel.id, mark: channelIcon(channel) }));
}

/** An emoji of a button or option; those of servers live on Discord's own hosts, and show as their name. */
export function emojiMark(emoji) {
  return document.createTextNode(emoji.id ? `:${emoji.name}: ` : `${emoji.name} `);
}

/** What an option of a command can be set to by its name. */

import { OPTION } from "./commands.js";
import { displayName, listedChannels } from "./world.js";

/**
 * @param {import("./commands.js").Option} option
 * @param {import("./world.js").World} world
 * @param {import("./world.js").Guild | undefined} guild
 * @returns {import("./commands.js").Named[]}
 */
export function namedValues(option, world, guild) {
  if (option.choices?.length) return option.choices.map((choice) => ({ label: choice.name, value: choice.value }));
  switch (option.type) {
    case OPTION.BOOLEAN:
      return ["True", "False"].map((label) => ({ label, value: label.toLowerCase() }));
    case OPTION.USER:
      return people(world);
    case OPTION.ROLE:
      return roles(guild);
    case OPTION.MENTIONABLE:
      return [...people(world), ...roles(guild)];
    case OPTION.CHANNEL:
      return channels(guild, option.channel_types ?? []);
    default:
      return [];
  }
}

function people(world) {
  return [...world.users, world.bot].map((user) => ({ label: `@${displayName(user)}`, value: user.id }));
}

/** The name of "@everyone" has its mark already. */
function roles(guild) {
  return (guild?.roles ?? []).map((role) => ({ label: `@${role.name.replace(/^@/, "")}`, value: role.id }));
}

function channels(guild, types) {
  return (guild ? listedChannels(guild) : [])
    .filter((channel) => types.length === 0 || types.includes(channel.type))
    .map((channel) => ({ label: `#${channel.name}`, value: channel.id }));
}

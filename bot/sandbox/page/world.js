/** What the page knows of the embedded Discord: who is there, where, and under which names. */

/**
 * @typedef {{id: string, username: string, global_name?: string, avatar_color?: string | number, bot?: boolean}} User
 * @typedef {{id: string, name: string, type: number, parent_id?: string, position?: number, topic?: string}} Channel
 * @typedef {{id: string, name: string, color?: number}} Role
 * @typedef {{user_id: string, roles: string[], admin: boolean}} Member
 * @typedef {{id: string, name: string, channels: Channel[], roles: Role[], members: Member[]}} Guild
 */

export const CHANNEL = Object.freeze({
  TEXT: 0,
  DM: 1,
  CATEGORY: 4,
  NEWS: 5,
  NEWS_THREAD: 10,
  THREAD: 11,
  PRIVATE_THREAD: 12,
  FORUM: 15,
  MEDIA: 16,
});

/** Stands for the direct messages with the bot as long as nobody has written any. */
export const NO_DM_YET = "@me";

/** @type {Set<number>} */
const THREADS = new Set([CHANNEL.NEWS_THREAD, CHANNEL.THREAD, CHANNEL.PRIVATE_THREAD]);

/** @param {{type: number}} channel */
export const isThread = (channel) => THREADS.has(channel.type);

/** @param {{type: number}} channel */
export const isForum = (channel) => channel.type === CHANNEL.FORUM || channel.type === CHANNEL.MEDIA;

/** @param {any} user */
export const displayName = (user) => user?.global_name || user?.username || "Unknown";

/** One answer of the server, with the questions that the page has about it. */
export class World {
  /** @param {any} state */
  constructor(state) {
    /** @type {User[]} */ this.users = state.users ?? [];
    /** @type {User & {online: boolean}} */ this.bot = { bot: true, ...state.bot };
    /** @type {Guild[]} */ this.guilds = state.guilds ?? [];
    /** @type {any[]} */ this.commands = state.commands ?? [];
    /** @type {{id: string, user_id: string}[]} */ this.dms = state.dms ?? [];
  }

  /** A person's direct messages with the bot. @param {string} userId @returns {Channel} */
  dm(userId) {
    const id = this.dms.find((dm) => dm.user_id === userId)?.id ?? NO_DM_YET;
    return { id, name: displayName(this.bot), type: CHANNEL.DM };
  }

  /** @param {string} id @returns {User | undefined} */
  user(id) {
    return id === this.bot.id ? this.bot : this.users.find((user) => user.id === id);
  }

  /** @param {string} id @returns {Guild | undefined} */
  guild(id) {
    return this.guilds.find((guild) => guild.id === id);
  }

  /** @param {string} channelId @returns {Guild | undefined} */
  guildOf(channelId) {
    return this.guilds.find((guild) => guild.channels.some((channel) => channel.id === channelId));
  }

  /** @param {string} id @returns {Channel | undefined} */
  channel(id) {
    return this.guilds.flatMap((guild) => guild.channels).find((channel) => channel.id === id);
  }

  /** @param {string} id @returns {Role | undefined} */
  role(id) {
    return this.guilds.flatMap((guild) => guild.roles).find((role) => role.id === id);
  }

  /** @param {string | undefined} guildId @param {string} userId @returns {Member | undefined} */
  member(guildId, userId) {
    return this.guild(guildId ?? "")?.members.find((member) => member.user_id === userId);
  }

  /** @param {string} commandId */
  command(commandId) {
    return this.commands.find((command) => command.id === commandId);
  }

  /** Whether a message notifies a person: by name, by one of their roles, or as everyone. */
  pings(message, guildId, userId) {
    if (message.mention_everyone) return true;
    if ((message.mentions ?? []).some((/** @type {any} */ user) => (user.id ?? user) === userId)) return true;
    const roles = this.member(guildId, userId)?.roles ?? [];
    return (message.mention_roles ?? []).some((/** @type {string} */ id) => roles.includes(id));
  }
}

/** The guild's channels as the list shows them, threads right below their parent. @param {Guild} guild */
export function listedChannels(guild) {
  const byPosition = (/** @type {Channel} */ a, /** @type {Channel} */ b) => (a.position ?? 0) - (b.position ?? 0);
  const threads = guild.channels.filter(isThread);
  return guild.channels
    .filter((channel) => !isThread(channel) && channel.type !== CHANNEL.CATEGORY)
    .sort(byPosition)
    .flatMap((channel) => [channel, ...threads.filter((thread) => thread.parent_id === channel.id)]);
}

/** The channel in which a server opens: the one for recaps if there is one. @param {Guild} guild */
export function entrance(guild) {
  const channels = listedChannels(guild).filter((channel) => !isForum(channel));
  return (channels.find((channel) => channel.name === "recaps") ?? channels[0])?.id ?? "";
}

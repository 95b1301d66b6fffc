/** The page: what is open, who one is, and what happens; it wires the other modules. */

import * as api from "./api.js";
import { invocations } from "./commands.js";
import { Composer } from "./composer.js";
import { byId, fill } from "./dom.js";
import { drawPosts } from "./forum.js";
import { drawFrame } from "./frame.js";
import { showHint } from "./hint.js";
import { press, runCommand } from "./interactions.js";
import { namedValues } from "./lookups.js";
import { drawMessage } from "./messages.js";
import { Timeline } from "./timeline.js";
import { keepRelativeTimesFresh } from "./timestamps.js";
import { entrance, isForum, NO_DM_YET, World } from "./world.js";

/** Under these names the browser remembers who one was, and what one has dismissed. */
const ME = "me";
const DISMISSED = "dismissed";

class Page {
  world = new World({});
  me = "";
  guildId = "";
  channelId = "";
  /** @type {Set<string>} */ unread = new Set();
  /** @type {Set<string>} */ dismissed = new Set(JSON.parse(sessionStorage.getItem(DISMISSED) ?? "[]"));
  #stopListening = () => {};
  #wasLost = false;
  #refreshing = 0;

  constructor() {
    this.timeline = new Timeline(byId("scroller"), byId("messages"), byId("newest"), (message) => this.#draw(message));
    this.composer = new Composer(byId("composer-line"), byId("panel"), {
      invocations: () => invocations(this.world.commands, { admin: this.#isAdmin(), guild: this.guildId !== "" }),
      named: (option) => namedValues(option, this.world, this.world.guild(this.guildId)),
      suggest: (invocation, options, signal) => this.#suggest(invocation, options, signal),
      send: (invocation, options, written) => void runCommand(this.#place(), invocation, options, written),
    });
    byId("menu").addEventListener("click", () => this.#toggleDrawer());
    byId("curtain").addEventListener("click", () => this.#toggleDrawer(false));
    byId("older").addEventListener("click", () => this.#loadOlder());
    window.addEventListener("hashchange", () => this.#followAddress());
    document.addEventListener("keydown", (event) => this.#key(event));
  }

  async start() {
    this.world = new World(await api.fetchState());
    this.me = this.#known(localStorage.getItem(ME) ?? "");
    this.#followAddress();
    if (!this.channelId) this.#openFirst();
    this.#listen();
    showHint(byId("hint"), (command) => this.composer.start(command));
  }

  /** The person of this id, or the first one where a new world does not know it. @param {string} userId */
  #known(userId) {
    return (this.world.users.find((user) => user.id === userId) ?? this.world.users[0])?.id ?? "";
  }

  /** What the texts of messages can do to the page. */
  get #reader() {
    return {
      world: this.world,
      openChannel: (/** @type {string} */ id) => void this.openChannel(id),
      startCommand: (/** @type {string} */ name) => this.composer.start(name),
    };
  }

  /** @returns {import("./interactions.js").Place} */
  #place() {
    const guild = this.world.guild(this.guildId);
    const channelId = this.channelId === NO_DM_YET ? null : this.channelId;
    return {
      user: this.me,
      guildId: this.guildId || null,
      channelId,
      guild,
      reader: this.#reader,
      timeline: this.timeline,
    };
  }

  /** @param {string} id @returns {import("./world.js").Channel | undefined} */
  #channel(id) {
    const dm = this.world.dm(this.me);
    return id === dm.id || id === NO_DM_YET ? dm : this.world.channel(id);
  }

  #isAdmin() {
    return this.world.member(this.guildId, this.me)?.admin ?? false;
  }

  // --- what is open

  /** The address names the open channel, so that a reload stays there. */
  #followAddress() {
    const wanted = location.hash.slice(1);
    if (this.#channel(wanted) && wanted !== this.channelId) void this.openChannel(wanted);
  }

  /** Where one arrives: the first server. */
  #openFirst() {
    const [first] = this.world.guilds;
    if (first) void this.openChannel(this.#entrance(first.id));
  }

  /** @param {string} guildId  empty: the direct messages */
  #entrance(guildId) {
    const guild = this.world.guild(guildId);
    return guild ? entrance(guild) : this.world.dm(this.me).id;
  }

  /** @param {string} id */
  async openChannel(id) {
    if (!this.#channel(id)) await this.#refresh();
    const channel = this.#channel(id);
    if (!channel) return;
    this.channelId = channel.id;
    this.guildId = this.world.guildOf(id)?.id ?? "";
    history.replaceState(null, "", `#${channel.id}`);
    this.unread.delete(id);
    this.composer.reset();
    this.#toggleDrawer(false);
    this.#drawFrame();
    this.timeline.clear();
    await this.#loadMessages();
  }

  async #loadMessages() {
    const { channelId, me } = this;
    fill(byId("posts"));
    byId("older").hidden = true;
    try {
      const { messages, threads } = channelId === NO_DM_YET ? {} : await api.fetchMessages(channelId, me);
      if (channelId !== this.channelId || me !== this.me) return;
      if (threads) drawPosts(byId("posts"), threads, (id) => void this.openChannel(id));
      this.timeline.put(this.#wanted(messages ?? []));
      byId("older").hidden = (messages?.length ?? 0) < api.PAGE;
      this.#sayEmpty(threads || !this.timeline.empty ? "" : "Nothing here yet. New recaps appear as they are posted.");
      this.timeline.showEnd();
    } catch (error) {
      if (channelId === this.channelId) this.#sayEmpty(api.explain(error));
    }
  }

  /** @param {string} sentence  what stands in place of messages */
  #sayEmpty(sentence) {
    byId("empty").hidden = sentence === "";
    byId("empty").textContent = sentence;
  }

  async #loadOlder() {
    try {
      const { messages = [] } = await api.fetchMessages(this.channelId, this.me, this.timeline.oldest);
      this.timeline.prepend(this.#wanted(messages));
      byId("older").hidden = messages.length < api.PAGE;
    } catch (error) {
      this.#report(api.explain(error));
    }
  }

  #wanted(messages) {
    return messages.filter((message) => !this.dismissed.has(message.id));
  }

  // --- drawing

  /** Everything around the messages. */
  #drawFrame() {
    const channel = this.#channel(this.channelId);
    drawFrame({
      world: this.world,
      me: this.me,
      guild: this.world.guild(this.guildId),
      channel,
      unread: this.unread,
      reader: this.#reader,
      openGuild: (id) => void this.openChannel(this.#entrance(id)),
      become: (id) => void this.#become(id),
    });
    this.composer.invite(`Type / to run a command in ${channel?.name ?? "this channel"}`);
  }

  #draw(message) {
    return drawMessage(message, {
      reader: this.#reader,
      guild: this.world.guild(this.guildId),
      me: this.me,
      press: (...pressed) => void press(this.#place(), ...pressed),
      dismiss: (dismissed) => this.#dismiss(dismissed),
    });
  }

  #dismiss(message) {
    this.dismissed.add(message.id);
    sessionStorage.setItem(DISMISSED, JSON.stringify([...this.dismissed]));
    this.timeline.remove(message.id);
  }

  /** @param {string} sentence  empty: all is well */
  #report(sentence) {
    byId("trouble").hidden = sentence === "";
    byId("trouble").textContent = sentence;
  }

  #toggleDrawer(open = !document.body.classList.contains("drawer-open")) {
    document.body.classList.toggle("drawer-open", open);
    byId("menu").setAttribute("aria-expanded", String(open));
  }

  /** A slash typed anywhere begins a command, as in Discord. */
  #key(event) {
    if (event.key === "Escape") this.#toggleDrawer(false);
    const typing = event.target.closest("input, textarea, select, dialog");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.composer.begin("/");
  }

  // --- who one is

  async #become(id) {
    const inDm = this.guildId === "";
    this.me = id;
    localStorage.setItem(ME, id);
    this.#listen();
    await this.openChannel(inDm ? NO_DM_YET : this.channelId);
  }

  // --- what happens

  #listen() {
    this.#stopListening();
    this.#stopListening = api.listen(this.me, {
      event: (name, data) => this.#happened(name, data),
      connected: () => void this.#connected(),
      lost: () => this.#lost(),
    });
  }

  #lost() {
    this.#wasLost = true;
    this.#report("The connection to the embedded Discord is lost. Trying again…");
  }

  /** What happened before the connection stood was missed, so it is read anew. */
  async #connected() {
    if (this.#wasLost) {
      this.#wasLost = false;
      this.#report("");
      await this.#refresh();
      this.timeline.clear();
    }
    await this.#loadMessages();
  }

  /** @param {string} name @param {any} data */
  #happened(name, data) {
    if (name === "message_create") this.#arrived(data);
    else if (name === "message_update") this.#changed(data);
    else if (name === "message_delete") this.timeline.remove(data.id);
    else if (name === "bot") this.#botChanged(data.online);
    else this.#refreshSoon();
  }

  #arrived(message) {
    if (message.channel_id === this.channelId) {
      this.#sayEmpty("");
      this.timeline.arrive(this.#wanted([message]));
    } else if (!this.#channel(message.channel_id)) {
      this.#refreshSoon(); // the first direct message makes its channel known
    } else if (!this.unread.has(message.channel_id)) {
      this.unread.add(message.channel_id);
      this.#drawFrame();
    }
  }

  #changed(message) {
    if (message.channel_id === this.channelId) this.timeline.update(message);
  }

  #botChanged(online) {
    this.world.bot.online = online;
    this.#drawFrame();
  }

  /** Several changes at once are one reason to look again. */
  #refreshSoon() {
    clearTimeout(this.#refreshing);
    this.#refreshing = setTimeout(() => void this.#refresh(), 50);
  }

  async #refresh() {
    try {
      this.world = new World(await api.fetchState());
    } catch (error) {
      return this.#report(api.explain(error));
    }
    if (this.#known(this.me) !== this.me) return this.#become(this.#known(this.me));
    this.#drawFrame();
    const channel = this.#channel(this.channelId);
    if (!channel) this.#openFirst();
    else if (channel.id !== this.channelId) await this.openChannel(channel.id);
    else if (isForum(channel)) await this.#loadMessages();
  }

  // --- what the composer asks

  async #suggest(invocation, options, signal) {
    const where = { user: this.me, guild_id: this.guildId || null, channel_id: this.channelId };
    return (await api.suggest({ ...where, command_id: invocation.commandId, options }, signal)).choices;
  }
}

keepRelativeTimesFresh();
try {
  await new Page().start();
} catch (error) {
  byId("trouble").hidden = false;
  byId("trouble").textContent = `${api.explain(error)} Reload this page when it is.`;
}

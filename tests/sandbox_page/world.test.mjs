/** What the page knows of the embedded Discord. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { namedValues } from "../../bot/sandbox/page/lookups.js";
import { entrance, listedChannels, NO_DM_YET, World } from "../../bot/sandbox/page/world.js";

const GUILD = {
  id: "1",
  name: "Club",
  channels: [
    { id: "14", name: "an episode", type: 11, parent_id: "13" },
    { id: "13", name: "episodes", type: 15, position: 2 },
    { id: "12", name: "recaps", type: 0, position: 1 },
    { id: "11", name: "Talk", type: 4, position: 0 },
  ],
  roles: [
    { id: "1", name: "@everyone" },
    { id: "7", name: "Fans" },
  ],
  members: [{ user_id: "5", roles: ["7"], admin: false }],
};
const world = new World({
  users: [{ id: "5", username: "mina", global_name: "Mina" }],
  bot: { id: "9", username: "previously", online: true },
  guilds: [GUILD],
  dms: [{ id: "50", user_id: "5" }],
});

test("channels stand in order, threads below their parent, categories not at all", () => {
  assert.deepEqual(
    listedChannels(GUILD).map((channel) => channel.id),
    ["12", "13", "14"],
  );
});

test("a server opens with its recaps, or else with its first channel for messages", () => {
  assert.equal(entrance(GUILD), "12");
  assert.equal(entrance({ ...GUILD, channels: [GUILD.channels[1], { id: "15", name: "general", type: 0 }] }), "15");
});

test("direct messages are known by their person, or not there yet", () => {
  assert.equal(world.dm("5").id, "50");
  assert.equal(world.dm("6").id, NO_DM_YET);
});

test("a message pings a person by name, by role, or as one of everyone", () => {
  const pings = (message) => world.pings(message, "1", "5");

  assert.equal(pings({ mentions: [{ id: "5" }] }), true);
  assert.equal(pings({ mention_roles: ["7"] }), true);
  assert.equal(pings({ mention_everyone: true }), true);
  assert.equal(pings({ mentions: [{ id: "6" }], mention_roles: ["8"], mention_everyone: false }), false);
});

test("options offer what fits them", () => {
  const labels = (option) => namedValues(option, world, GUILD).map((one) => one.label);

  assert.deepEqual(labels({ type: 7, name: "x", channel_types: [0] }), ["#recaps"]);
  assert.deepEqual(labels({ type: 8, name: "x" }), ["@everyone", "@Fans"]);
  assert.deepEqual(labels({ type: 6, name: "x" }), ["@Mina", "@previously"]);
  assert.deepEqual(labels({ type: 3, name: "x", choices: [{ name: "One", value: 1 }] }), ["One"]);
  assert.deepEqual(labels({ type: 3, name: "x" }), []);
});

test("nothing known is nothing shown", () => {
  const empty = new World({});

  assert.deepEqual([empty.user("1"), empty.channel("1"), empty.guildOf("1")], [undefined, undefined, undefined]);
});

/** Slash commands as values: who may run what, what was typed, what is sent. */

import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { invocations, matching, nested, readValue } from "../../bot/sandbox/page/commands.js";

const show = { type: 3, name: "show", description: "Which show?", required: true };
const COMMANDS = [
  { id: "1", type: 1, name: "recap", description: "Read a recap", options: [show], default_member_permissions: null },
  {
    id: "2",
    type: 1,
    name: "subscribe",
    description: "Get recaps",
    options: [show],
    default_member_permissions: "32",
    contexts: [0],
  },
  {
    id: "3",
    type: 1,
    name: "feeds",
    description: "Feeds",
    default_member_permissions: "32",
    options: [
      { type: 1, name: "add", description: "Add a feed", options: [{ type: 3, name: "url", required: true }] },
      { type: 1, name: "list", description: "List" },
    ],
  },
  { id: "4", type: 3, name: "Read it", description: "" },
];

const names = (admin, guild = true) => invocations(COMMANDS, { admin, guild }).map((one) => one.name);
const named = (name) => invocations(COMMANDS, { admin: true, guild: true }).find((one) => one.name === name);

describe("what can be run", () => {
  test("is all of it for an admin, subcommands one by one", () => {
    assert.deepEqual(names(true), ["feeds add", "feeds list", "recap", "subscribe"]);
  });

  test("leaves out for members what needs a permission by default", () => {
    assert.deepEqual(names(false), ["recap"]);
  });

  test("leaves out in direct messages what belongs to servers", () => {
    assert.ok(!names(true, false).includes("subscribe"));
    assert.ok(names(true, false).includes("recap"));
  });

  test("is found by its beginning first, then by what it contains or says", () => {
    const all = invocations(COMMANDS, { admin: true, guild: true });
    assert.deepEqual(
      matching(all, "re").map((one) => one.name),
      ["recap", "subscribe"],
    );
    assert.deepEqual(
      matching(all, "feeds a").map((one) => one.name),
      ["feeds add"],
    );
    assert.deepEqual(matching(all, "nothing like it"), []);
  });
});

describe("what is sent", () => {
  test("is nested below the subcommand", () => {
    const options = nested(named("feeds add"), new Map([["url", "https://example.org"]]));
    assert.deepEqual(options, [
      { name: "add", type: 1, options: [{ name: "url", type: 3, value: "https://example.org" }] },
    ]);
  });

  test("marks the one option that is being typed", () => {
    const options = nested(named("recap"), new Map([["show", "be"]]), "show");
    assert.deepEqual(options, [{ name: "show", type: 3, value: "be", focused: true }]);
  });
});

describe("what was typed", () => {
  const channels = [{ label: "#recaps", value: "10" }];

  test("is text, trimmed and within its length", () => {
    assert.deepEqual(readValue({ type: 3, name: "x" }, " 24 ", []), { value: "24" });
    assert.ok("problem" in readValue({ type: 3, name: "x" }, " ", []));
    assert.ok("problem" in readValue({ type: 3, name: "x", max_length: 2 }, "abc", []));
  });

  test("is a whole number where one is asked for, within its bounds", () => {
    assert.deepEqual(readValue({ type: 4, name: "x" }, "-7", []), { value: -7 });
    for (const text of ["", "1.5", "seven", "1e99"])
      assert.ok("problem" in readValue({ type: 4, name: "x" }, text, []), text);
    assert.ok("problem" in readValue({ type: 4, name: "x", min_value: 0 }, "-1", []));
  });

  test("is the id of what it names, with or without its mark", () => {
    for (const text of ["#recaps", "recaps", "# Recaps"])
      assert.deepEqual(readValue({ type: 7, name: "x" }, text, channels), { value: "10" });
    assert.ok("problem" in readValue({ type: 7, name: "x" }, "elsewhere", channels));
  });

  test("is true or false", () => {
    const both = ["True", "False"].map((label) => ({ label, value: label.toLowerCase() }));
    assert.deepEqual(readValue({ type: 5, name: "x" }, "true", both), { value: true });
    assert.deepEqual(readValue({ type: 5, name: "x" }, "False", both), { value: false });
  });

  test("is the value of a choice, not its name", () => {
    const option = { type: 4, name: "x", choices: [{ name: "One hour", value: 60 }] };
    assert.deepEqual(readValue(option, "one hour", [{ label: "One hour", value: 60 }]), { value: 60 });
    assert.ok("problem" in readValue(option, "60", [{ label: "One hour", value: 60 }]));
  });
});

/** Times as Discord shows them. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { format, messageTime } from "../../bot/sandbox/page/timestamps.js";

const NOON = 1_700_049_600; // 15 November 2023, 12:00 UTC
const UTC = { locale: "en-GB", timeZone: "UTC" };

test("every style says its part of the date", () => {
  assert.equal(format(NOON, "t", NOON, UTC), "12:00");
  assert.equal(format(NOON, "T", NOON, UTC), "12:00:00");
  assert.equal(format(NOON, "d", NOON, UTC), "15/11/2023");
  assert.equal(format(NOON, "D", NOON, UTC), "15 November 2023");
  assert.match(format(NOON, "f", NOON, UTC), /^15 November 2023.*12:00$/);
  assert.match(format(NOON, "F", NOON, UTC), /^Wednesday.*12:00$/);
});

test("relative times count in the largest unit that fits", () => {
  assert.equal(format(NOON - 90, "R", NOON, UTC), "1 minute ago");
  assert.equal(format(NOON + 7200, "R", NOON, UTC), "in 2 hours");
  assert.equal(format(NOON - 3 * 86_400, "R", NOON, UTC), "3 days ago");
  assert.match(format(NOON, "R", NOON, UTC), /^in 0 seconds$/);
});

test("a time beyond all calendars is named so", () => {
  assert.equal(format(9e12, "f", NOON, UTC), "Invalid date");
});

test("messages say today and yesterday", () => {
  const iso = (seconds) => new Date(seconds * 1000).toISOString();
  assert.match(messageTime(iso(NOON), NOON), /^Today at /);
  assert.match(messageTime(iso(NOON - 86_400), NOON), /^Yesterday at /);
  assert.doesNotMatch(messageTime(iso(NOON - 5 * 86_400), NOON), /day at/);
  assert.equal(messageTime("nonsense", NOON), "");
});

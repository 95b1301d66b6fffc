/** Times as Discord shows them: `<t:…:R>` in texts, and the time beside a message. */

const STYLES = {
  t: { timeStyle: "short" },
  T: { timeStyle: "medium" },
  d: { dateStyle: "short" },
  D: { dateStyle: "long" },
  f: { dateStyle: "long", timeStyle: "short" },
  F: { dateStyle: "full", timeStyle: "short" },
  s: { dateStyle: "short", timeStyle: "short" },
  S: { dateStyle: "short", timeStyle: "medium" },
};

/** The largest date JavaScript knows, in seconds. */
const MAX_SECONDS = 8.64e12;

const UNITS = /** @type {[Intl.RelativeTimeFormatUnit, number][]} */ ([
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
]);

/**
 * @param {number} seconds  Unix time
 * @param {string} style  one of t T d D f F s S R
 * @param {number} now  Unix time in seconds
 * @param {{locale?: string, timeZone?: string}} [where]  the reader's own by default
 * @returns {string}
 */
export function format(seconds, style, now, where = {}) {
  if (Math.abs(seconds) > MAX_SECONDS) return "Invalid date";
  if (style === "R") return relative(seconds - now, where.locale);
  const options = { ...(STYLES[style] ?? STYLES.f), timeZone: where.timeZone };
  return new Intl.DateTimeFormat(where.locale, options).format(seconds * 1000);
}

/** @param {number} distance  in seconds, negative in the past @param {string} [locale] */
function relative(distance, locale) {
  const [unit, size] = UNITS.find(([, length]) => Math.abs(distance) >= length) ?? UNITS[UNITS.length - 1];
  return new Intl.RelativeTimeFormat(locale).format(Math.trunc(distance / size), unit);
}

/** "Today at 10:42", or the date. @param {string} iso @param {number} now  Unix time in seconds */
export function messageTime(iso, now) {
  const seconds = Date.parse(iso) / 1000;
  if (Number.isNaN(seconds)) return "";
  const day = (/** @type {number} */ value) => new Date(value * 1000).toDateString();
  const clock = format(seconds, "t", now);
  if (day(seconds) === day(now)) return `Today at ${clock}`;
  if (day(seconds) === day(now - 86_400)) return `Yesterday at ${clock}`;
  return `${format(seconds, "d", now)} ${clock}`;
}

/** Keeps every "2 minutes ago" of the page true. */
export function keepRelativeTimesFresh() {
  setInterval(() => {
    for (const time of document.querySelectorAll("time[data-relative]")) {
      time.textContent = format(Number(time.getAttribute("data-relative")), "R", Date.now() / 1000);
    }
  }, 10_000);
}

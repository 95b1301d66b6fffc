/** What a person at this page can ask of the embedded Discord. */

/** A refusal or a failure, with the sentence that the server gave for it. */
class Refused extends Error {}

/** What to tell the person about an error; bugs pass through. @param {unknown} error */
export function explain(error) {
  if (error instanceof Refused) return error.message;
  throw error;
}

/**
 * @typedef {{status: string, type: number, interaction_id: string, modal?: any}} Acknowledged
 */

/** How many messages are asked for at once. */
export const PAGE = 50;

/** @returns {Promise<any>} */
export const fetchState = () => ask("state");

/**
 * @param {string} channelId
 * @param {string} user
 * @param {string} [before]  the oldest message known
 * @returns {Promise<{messages?: any[], threads?: any[]}>}
 */
export function fetchMessages(channelId, user, before) {
  const query = new URLSearchParams({ user, limit: String(PAGE), ...(before && { before }) });
  return ask(`channels/${encodeURIComponent(channelId)}/messages?${query}`);
}

/** @returns {Promise<Acknowledged>} */
export const runCommand = (body) => ask("commands", body);

/** @returns {Promise<Acknowledged>} */
export const pressComponent = (body) => ask("components", body);

/** @returns {Promise<Acknowledged>} */
export const submitModal = (body) => ask("modals", body);

/** @param {any} body @param {AbortSignal} signal @returns {Promise<{choices: {name: string, value: any}[]}>} */
export const suggest = (body, signal) => ask("autocomplete", body, signal);

const EVENTS = [
  "message_create",
  "message_update",
  "message_delete",
  "channel_create",
  "channel_update",
  "channel_delete",
  "thread_create",
  "commands",
  "bot",
  "state",
];

/** How long a lost stream that the browser has given up waits for the next try. */
const AGAIN = 3000;

/**
 * What happens, as it happens, until the returned function is called. A lost stream is opened again;
 * `connected` is called each time, since whatever happened in between was missed.
 * @param {string} user
 * @param {{event: (name: string, data: any) => void, connected: () => void, lost: () => void}} listener
 * @returns {() => void}
 */
export function listen(user, listener) {
  /** @type {EventSource} */ let source;
  let retry = 0;
  const open = () => {
    source = new EventSource(`/people/events?${new URLSearchParams({ user })}`);
    source.onopen = () => listener.connected();
    source.onerror = () => {
      listener.lost();
      if (source.readyState === EventSource.CLOSED) retry = setTimeout(open, AGAIN);
    };
    for (const name of EVENTS) {
      source.addEventListener(name, (event) => listener.event(name, JSON.parse(event.data || "null")));
    }
  };
  open();
  return () => {
    clearTimeout(retry);
    source.close();
  };
}

/** A question to the server: a GET, or a POST where there is a body. */
async function ask(path, body, signal) {
  const request = body && {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  };
  let response;
  try {
    response = await fetch(`/people/${path}`, { ...request, signal });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Refused("The embedded Discord cannot be reached. Is it still running?");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(answer.error ?? `The embedded Discord answered ${response.status}.`);
  return answer;
}

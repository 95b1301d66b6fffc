/** A forum: its posts, to be opened. */

import { el, fill } from "./dom.js";
import { icon } from "./icons.js";

/**
 * @param {HTMLElement} list
 * @param {{id: string, name: string, message_count?: number, applied_tags?: string[]}[]} threads
 * @param {(id: string) => void} open
 */
export function drawPosts(list, threads, open) {
  const posts = threads.map((thread) =>
    el(
      "li",
      {},
      el(
        "button",
        { type: "button", class: "post", on: { click: () => open(thread.id) } },
        el("span", { class: "post-name" }, thread.name),
        el("small", {}, icon("thread"), counted(thread.message_count ?? 0), tags(thread)),
      ),
    ),
  );
  fill(list, posts.length > 0 ? posts : el("li", { class: "nothing" }, "No posts yet."));
}

const counted = (count) => (count === 1 ? "1 message" : `${count} messages`);

const tags = (thread) => (thread.applied_tags ?? []).map((tag) => el("span", { class: "tag quiet" }, tag));

/** What people do to the bot: running commands, pressing buttons, filling in forms; and what comes back. */

import * as api from "./api.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { failure, onlyYou } from "./messages.js";
import { openModal } from "./modal.js";

/**
 * @typedef {{user: string, guildId: string | null, channelId: string | null,
 *   guild: import("./world.js").Guild | undefined, reader: import("./markdown_view.js").Reader,
 *   timeline: import("./timeline.js").Timeline}} Place  where, and as whom, one acts
 */

/**
 * Runs a command; until the bot acknowledges it, a line in the message column says so.
 * @param {Place} place
 * @param {import("./commands.js").Invocation} invocation
 * @param {any[]} options
 * @param {string} written
 */
export async function runCommand(place, invocation, options, written) {
  const line = el(
    "li",
    { class: "pending", role: "status" },
    el("span", { class: "spinner", "aria-hidden": "true" }),
    written,
  );
  place.timeline.append(line);
  try {
    const { user, guildId, channelId } = place;
    follow(
      place,
      await api.runCommand({
        user,
        guild_id: guildId,
        channel_id: channelId,
        command_id: invocation.commandId,
        options,
      }),
    );
    line.remove();
  } catch (error) {
    line.replaceChildren(
      el("span", { class: "pending-text" }, icon("slash"), written),
      failure(api.explain(error)),
      onlyYou(() => line.remove()),
    );
    line.classList.add("failed");
    place.timeline.showEnd();
  }
}

/**
 * Presses a button or sends what was chosen in a menu.
 * @param {Place} place
 * @param {any} message
 * @param {any} component
 * @param {string[]} [values]
 */
export async function press(place, message, component, values) {
  const row = () => document.querySelector(`.message[data-id="${CSS.escape(message.id)}"]`);
  row()?.setAttribute("aria-busy", "true");
  say(row(), "");
  try {
    const { user, channelId } = place;
    const body = {
      user,
      channel_id: channelId,
      message_id: message.id,
      custom_id: component.custom_id,
      component_type: component.type,
    };
    follow(place, await api.pressComponent({ ...body, ...(values && { values }) }));
  } catch (error) {
    say(row(), api.explain(error));
  } finally {
    row()?.removeAttribute("aria-busy");
  }
}

/** Opens the form that an acknowledgement brought along; messages come as events. @param {Place} place @param {api.Acknowledged} acknowledged */
function follow(place, { modal }) {
  if (modal) openModal(modal, place, (components) => submit(place, modal, components));
}

async function submit(place, modal, components) {
  const { user, channelId } = place;
  follow(
    place,
    await api.submitModal({
      user,
      channel_id: channelId,
      modal_id: modal.modal_id,
      custom_id: modal.custom_id,
      components,
    }),
  );
}

function say(row, sentence) {
  const note = row?.querySelector(".message-note");
  if (note) note.textContent = sentence;
}

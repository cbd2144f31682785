/** A refused event, corrected by hand and sent again. */

import { post } from "../api.js";
import { ask } from "../dialog.js";
import { h } from "../dom.js";

/** A long event is shown in part, and what is no text can't be written. */
export const isCorrectable = ({ original }) => original != null && !original.endsWith("…");

/**
 * Asks for the corrected event. Resolves to true once it is accepted.
 *
 * @param mistake what is wrong with it
 * @param text the event as it was
 */
export async function correct(mistake, text) {
  const field = h("textarea", { class: "code", rows: 14, spellcheck: "false", required: true });
  field.value = text;
  const accepted = await ask({
    title: "Correct it and send it again?",
    says: [
      h("span", { class: "mistake" }, mistake),
      "It counts from now on as an event of the time that it says. If one with its id came within the last 24 hours, nothing is counted twice.",
    ],
    fields: h("label", {}, "The event, as JSON", field),
    yes: "Send it",
    action: () => post("/gateway/v1/events", { events: [parsed(field.value)] }),
  });
  return accepted !== null;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`This is no JSON: ${error.message}`);
  }
}

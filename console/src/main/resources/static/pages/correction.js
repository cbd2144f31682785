/** A refused event, corrected by hand and sent again. */

import { postText } from "../api.js";
import { ask } from "../dialog.js";
import { h } from "../dom.js";
import { masksIn, tellsWhen } from "../json-text.js";

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
  const warnings = h("div", { role: "status" });
  const warn = () => warnings.replaceChildren(...warningsOf(field.value).map((said) => h("p", { class: "note" }, said)));
  field.addEventListener("input", warn);
  warn();
  const accepted = await ask({
    title: "Correct it and send it again?",
    says: [
      h("span", { class: "mistake" }, mistake),
      "It is sent as it stands here, and counts as an event of the time that it says. If one with its id came within the last 24 hours, nothing is counted twice.",
    ],
    fields: [h("label", {}, "The event, as JSON", field), warnings],
    yes: "Send it",
    action: () => postText("/gateway/v1/events", `{"events":[${checked(field.value)}]}`),
  });
  return accepted !== null;
}

/** What a person may not expect. */
function warningsOf(text) {
  const masks = masksIn(text);
  return [
    masks.length &&
      `${masks.join(", ")} ${masks.length > 1 ? "stand" : "stands"} where a customer’s data stood, and would be sent as it reads here. Write what belongs there, or leave it.`,
    !tellsWhen(text) && "It does not say when it happened (occurredAt), so it would count as an event of now.",
  ].filter(Boolean);
}

/** The text itself: read and written anew it would lose what is there twice, and round numbers. */
function checked(text) {
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    throw new Error(`This is no JSON: ${error.message}`);
  }
}

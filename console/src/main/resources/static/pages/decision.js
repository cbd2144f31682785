/** Why somebody got this reply. */

import { find, id } from "../api.js";
import { badge, card, dim, empty, h, link, sentence } from "../dom.js";
import { isFault, replyReason } from "../reasons.js";
import { exactTime, words } from "../units.js";
import { contributions, features, intents, segments } from "./knowledge.js";

export async function decision(root, signal, decisionId) {
  const found = decisionId ? await find(`/responses/v1/decisions/${id(decisionId)}`, signal) : null;
  if (signal.aborted) return;
  if (!found) {
    root.append(
      empty(
        "There is no such decision",
        "Decisions are kept for 90 days, and those of an erased user are gone. Find one of late under ",
        link("#/conversations", "Conversations"),
        ", by a word of the reply.",
      ),
    );
    return;
  }
  root.append(
    card(
      [
        `Reply in slot ${words(found.slot)} `,
        badge(found.personalized ? "personalized" : "generic", found.personalized ? "good" : ""),
      ],
      null,
      h("blockquote", {}, found.text),
      dim(
        exactTime(found.decidedAt),
        " to ",
        link(`#/users/${id(found.userId)}`, found.userId),
        ". ",
        h("span", { class: isFault(found.reason) ? "down" : "", title: found.reason }, replyReason(found.reason)),
        ". Its text in the playbook: ",
        h("code", {}, found.templateId),
      ),
      h(
        "ul",
        {},
        found.explanation.map((said) => h("li", {}, sentence(said))),
      ),
    ),
    h(
      "div",
      { class: "grid" },
      card("Intent", null, intents(found.prediction), contributions(found.prediction) ?? ""),
      card("Segments", null, segments(found.segments ?? [])),
      card("Features as they were", null, found.features ? features(found.features, null) : dim("None.")),
    ),
  );
}

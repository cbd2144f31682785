/** Why somebody got this reply. */

import { find, id } from "../api.js";
import { badge, card, dim, h, link, sentence } from "../dom.js";
import { time } from "../units.js";
import { contributions, features, intents, segments } from "./knowledge.js";

export async function decision(root, signal, decisionId) {
  const found = decisionId ? await find(`/responses/v1/decisions/${id(decisionId)}`) : null;
  if (signal.aborted) return;
  if (!found) {
    root.append(h("p", {}, "There is no such decision."));
    return;
  }
  root.append(
    card(
      [
        `Reply in slot ${found.slot} `,
        badge(found.personalized ? "personalized" : "generic", found.personalized ? "good" : ""),
      ],
      null,
      h("blockquote", {}, found.text),
      dim(
        time(found.decidedAt),
        " to ",
        link(`#/users/${id(found.userId)}`, found.userId),
        `, template ${found.templateId}, reason ${found.reason}`,
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

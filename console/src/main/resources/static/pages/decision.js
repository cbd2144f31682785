/** Why somebody got this reply. */

import { find, id } from "../api.js";
import { badge, card, dim, h, sentence, time } from "../dom.js";
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
      h(
        "span",
        {},
        `Reply in slot ${found.slot} `,
        badge(found.personalized ? "personalized" : "generic", found.personalized ? "good" : ""),
      ),
      h("blockquote", {}, found.text),
      dim(
        time(found.decidedAt),
        " to ",
        h("a", { href: `#/users/${id(found.userId)}` }, found.userId),
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
      card("Intent", intents(found.prediction), contributions(found.prediction) ?? ""),
      card("Segments", segments(found.segments ?? [])),
      card("Features as they were", found.features ? features(found.features, null) : dim("None.")),
    ),
  );
}

/** How conversations go, by a dimension, over some days. */

import { get } from "../api.js";
import { card, dim, duration, h, number, percent, table, trouble, words } from "../dom.js";

const DIMENSIONS = ["day", "channel", "intent", "model", "segment", "all"];

export async function kpis(root, signal, asked = "day") {
  const by = h(
    "select",
    {},
    DIMENSIONS.map((name) => h("option", { selected: name === asked }, name)),
  );
  const from = h("input", { type: "date" });
  const to = h("input", { type: "date" });
  const report = h("div");
  const load = async () => {
    const query = new URLSearchParams({
      by: by.value,
      ...(from.value && { from: from.value }),
      ...(to.value && { to: to.value }),
    });
    try {
      report.replaceChildren(content(await get(`/responses/v1/kpis?${query}`, signal)));
    } catch (error) {
      if (!signal.aborted) report.replaceChildren(trouble(error));
    }
  };
  for (const input of [by, from, to]) input.addEventListener("change", load);
  root.append(
    h(
      "p",
      { class: "choices" },
      h("label", {}, "by ", by),
      h("label", {}, "from ", from),
      h("label", {}, "to ", to),
    ),
    report,
  );
  await load();
}

function content(report) {
  return card(
    `${report.from} to ${report.to}, by ${report.by}`,
    table(
      [
        report.by,
        "conversations",
        "messages each",
        "with a person",
        "quick replies used",
        "ratings",
        "CSAT",
        "satisfied",
        "issues opened",
        "still open",
        "resolved in (median)",
        "90 % within",
      ],
      report.rows.map(({ value, engagement, csat, resolution }) => [
        report.by === "intent" ? words(value) : value,
        number(engagement.conversations),
        number(engagement.messagesPerConversation),
        percent(engagement.assistedShare),
        percent(engagement.quickReplyShare),
        number(csat.ratings),
        number(csat.mean),
        percent(csat.satisfiedShare),
        number(resolution.opened),
        number(resolution.open),
        duration(resolution.medianSeconds),
        duration(resolution.p90Seconds),
      ]),
      "No conversations on these days.",
    ),
    dim(
      "Issues that are still open count as taking longer than their age. A conversation counts on the day it began.",
    ),
  );
}

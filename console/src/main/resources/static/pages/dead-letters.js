/** Which events were refused, and what is wrong with them? Each reason with samples. */

import { get } from "../api.js";
import { button, card, dim, empty, h, later } from "../dom.js";
import { bars } from "../charts.js";
import { count, exactTime } from "../units.js";
import { rejection } from "../reasons.js";
import { concerns, linesOf, pretty } from "../json-text.js";
import { correct, isCorrectable } from "./correction.js";

export async function deadLetters(root, signal) {
  root.append(later(() => get("/responses/v1/dead-letters", signal), content, signal));
}

function content({ letters, oldest, reasons, complete }) {
  if (!letters)
    return empty(
      "No event was refused",
      complete ? "Events that are refused are kept for 7 days. They would appear here with their mistake." : "The topic is still being read.",
    );
  return [
    card(
      "By reason",
      h("span", {}, `the newest ${count(letters)}, since `, exactTime(oldest)),
      bars(
        reasons.map((one) => ({ label: short(one), title: `${one.source}: ${one.code}`, value: one.letters, kind: "bad" })),
        count,
      ),
      dim(
        "Correct a sample here, or all of them in a file: ",
        h("code", {}, "./attune replay --dead-letters --out letters.jsonl"),
        ", then ",
        h("code", {}, "--corrected letters.jsonl"),
        ". Events of erased users are left out.",
      ),
    ),
    ...reasons.map(reason),
  ];
}

const short = ({ code, field }) => (field ? `${rejection(code)}: ${field}` : rejection(code));

function reason(one) {
  return card(
    [rejection(one.code), one.field && [": ", h("code", {}, one.field)]],
    h("span", {}, `${count(one.letters)} refused by ${one.source}, the last `, exactTime(one.newest)),
    one.samples.map((sample) => sampleBox(sample, one.field)),
  );
}

/** The mistake on one side, what was sent on the other. */
function sampleBox(sample, field) {
  return h(
    "div",
    { class: "sample" },
    h(
      "div",
      {},
      h("p", { class: "mistake" }, mistake(sample, field)),
      dim(
        exactTime(sample.receivedAt),
        sample.sourceKey && `, sent with the key ${sample.sourceKey}`,
        sample.index != null && `, event ${sample.index + 1} of its request`,
      ),
      sample.eventId && dim("event ", h("code", {}, sample.eventId)),
      isCorrectable(sample) && correction(sample, field),
    ),
    sample.original == null
      ? h("p", { class: "note" }, `${count(sample.bytes)} bytes that are no text`)
      : h("pre", { tabindex: "0", "aria-label": "What was sent" }, marked(sample.original, field)),
  );
}

const mistake = ({ detail }, field) => [field && [h("code", {}, field), " "], detail];

/** The way to send it again; then that it was. */
function correction(sample, field) {
  const place = h("p", { class: "edit" });
  const start = async () => {
    if (await correct(mistake(sample, field), pretty(sample.original)))
      place.replaceChildren("Sent again and accepted. This letter stays for the rest of its 7 days.");
  };
  place.append(button("Correct and send …", start, "quiet"));
  return place;
}

/** Lines of the field that is wrong stand out; of one that is missing, that in which it should be. */
function marked(text, field) {
  const lines = linesOf(text);
  const isWrong = (line) => concerns(line.path, field);
  const where = lines.some(isWrong) ? isWrong : (line) => line.path !== null && line.path === parentOf(field);
  return lines.flatMap((line, i) => [i ? "\n" : "", where(line) ? h("mark", {}, line.text) : line.text]);
}

const parentOf = (field) => field?.replace(/(\.[^.[]*|\[\d+\])$/, "");

/** Looking for users and conversations of late: the form, and a list that can be made longer. */

import { button, dim, h, trouble } from "../dom.js";
import { count, words } from "../units.js";

const AT_FIRST = 50;

/** What a service gives at once. */
const MOST = 200;

const PERIODS = [
  ["", "at any time"],
  ["1", "in the last hour"],
  ["24", "in the last day"],
  ["168", "in the last 7 days"],
];

/** The parameters of a request. */
export function query({ segment, hours }, limit = AT_FIRST, more = {}) {
  const given = { limit, segment, ...more };
  if (hours > 0) given.since = new Date(Date.now() - hours * 3_600_000).toISOString();
  return new URLSearchParams(Object.entries(given).filter(([, value]) => value));
}

/**
 * The form. What is looked for becomes part of the address, so that a link or the way back keeps it.
 *
 * @param label what the text is
 * @param wanted `{text, segment, hours}`
 * @param segments that there are, with their sizes
 * @param address made of the same three
 */
export function search(label, wanted, segments, address) {
  const text = h("input", {
    type: "search",
    name: "text",
    value: wanted.text,
    maxlength: 200,
    size: 26,
    autocomplete: "off",
  });
  const names = segments.map((one) => [one.segment, `${words(one.segment)} (${count(one.users)})`]);
  if (wanted.segment && !segments.some((one) => one.segment === wanted.segment))
    names.push([wanted.segment, `${words(wanted.segment)} (0)`]);
  const segment = choice("segment", [["", "any"], ...names], wanted.segment, go);
  const hours = choice("hours", PERIODS, wanted.hours, go);
  function go() {
    const next = address({ text: text.value.trim(), segment: segment.value, hours: hours.value });
    // to look again is to look for the same
    if (next === location.hash) dispatchEvent(new HashChangeEvent("hashchange"));
    else location.hash = next;
  }
  return h(
    "form",
    {
      class: "choices filters",
      role: "search",
      onsubmit: (event) => {
        event.preventDefault();
        go();
      },
    },
    h("label", {}, label, text),
    h("label", {}, "Segment", segment),
    h("label", {}, "Active", hours),
    h("button", { name: "search" }, "Search"),
  );
}

/** Who goes through it with the arrow keys has chosen when he leaves it. */
function choice(name, options, chosen, choose) {
  let byKeys = false;
  const select = h(
    "select",
    {
      name,
      onpointerdown: () => (byKeys = false),
      onkeydown: () => (byKeys = true),
      onchange: () => byKeys || choose(),
      onblur: () => byKeys && select.value !== chosen && choose(),
    },
    options.map(([value, label]) => h("option", { value, selected: value === chosen }, label)),
  );
  return select;
}

/**
 * What was found, and a button for more.
 *
 * @param load gives so many at most
 * @param found the first ones
 * @param shown how many an answer has
 * @param content makes elements of an answer
 */
export function growing(load, found, shown, content, signal) {
  const place = h("div", {});
  const show = (answer) => {
    const left = answer.found - shown(answer);
    place.replaceChildren(
      ...[content(answer)].flat(),
      left > 0 && shown(answer) < MOST ? button(`Show more of ${count(answer.found)}`, grow) : "",
      left > 0 && shown(answer) >= MOST
        ? dim(`These are the newest ${MOST} of ${count(answer.found)}. Search for less to see others.`)
        : "",
    );
  };
  const grow = async () => {
    try {
      const answer = await load(MOST);
      if (!signal.aborted) show(answer);
    } catch (error) {
      if (!signal.aborted) place.append(trouble(error));
    }
  };
  show(found);
  return place;
}

export const stillReading = (complete) =>
  complete ? "" : h("p", { class: "note" }, "The list is still being read; some may be missing.");

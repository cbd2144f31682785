/** Making elements. */

import { awaited } from "./api.js";

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS = new Set(["svg", "path", "line", "rect", "circle", "text", "g", "title"]);

/**
 * An element. Children are elements, texts or numbers; null and false are left out. A property that
 * begins with "on" is a listener; text never becomes markup.
 */
export function h(tag, properties = {}, ...children) {
  const element = SVG_TAGS.has(tag)
    ? document.createElementNS(SVG, tag)
    : document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
}

/**
 * Makes a place hold what is given and touches only what differs, so that the focus stays where it is
 * and nothing is read aloud twice. Listeners are not taken over.
 */
export function become(place, ...content) {
  const wanted = content.flat(Infinity).filter((one) => one != null && one !== false);
  wanted.forEach((one, i) => {
    const next = one instanceof Node ? one : document.createTextNode(one);
    const old = place.childNodes[i];
    if (!old) place.append(next);
    else if (old.nodeName !== next.nodeName) old.replaceWith(next);
    else if (next instanceof Text) {
      if (old.data !== next.data) old.data = next.data;
    } else {
      for (const { name } of [...old.attributes]) if (!next.hasAttribute(name)) old.removeAttribute(name);
      for (const { name, value } of next.attributes)
        if (old.getAttribute(name) !== value) old.setAttribute(name, value);
      become(old, [...next.childNodes]);
    }
  });
  while (place.childNodes.length > wanted.length) place.lastChild.remove();
}

/** A paragraph beside the point. */
export const dim = (...content) => h("p", { class: "dim" }, content);

/** A head that is `{amount: text}` has its column set to the right. */
const headOf = (head) => (typeof head === "object" ? head.amount : head);
const wholeHeadOf = (head) => head.title ?? headOf(head);
const classOf = (head) => (typeof head === "object" ? "amount" : null);

/**
 * On narrow screens each row becomes a block in which every cell has its head beside it, so the
 * roles are said.
 *
 * @param heads texts, or `{amount: text, title}` for numbers, the title being the whole of a short text
 */
export function table(heads, rows, empty = "Nothing yet.") {
  if (!rows.length) return dim(empty);
  return h(
    "div",
    { class: "table" },
    h(
      "table",
      { role: "table" },
      h(
        "thead",
        { role: "rowgroup" },
        h(
          "tr",
          { role: "row" },
          heads.map((head) =>
            h("th", { role: "columnheader", scope: "col", class: classOf(head), title: head.title }, headOf(head)),
          ),
        ),
      ),
      h(
        "tbody",
        { role: "rowgroup" },
        rows.map((row) =>
          h(
            "tr",
            { role: "row" },
            row.map((cell, i) =>
              h(
                "td",
                { role: "cell", class: classOf(heads[i]), "data-label": wholeHeadOf(heads[i]) },
                // on a phone what is in a cell stays together beside its head
                Array.isArray(cell) ? h("div", {}, cell) : (cell ?? "–"),
              ),
            ),
          ),
        ),
      ),
    ),
  );
}

/**
 * @param title text, or elements
 * @param about a few words beside it, or null
 */
export function card(title, about, ...content) {
  return h(
    "section",
    { class: "card" },
    h("header", {}, h("h2", {}, title), about && h("p", {}, about)),
    content,
  );
}

export function figure(value, label, detail) {
  return h(
    "div",
    { class: "figure" },
    h("b", {}, value),
    h("span", {}, label),
    detail && h("small", {}, detail),
  );
}

/** @param again tried by a button; null: there is none */
export function trouble(error, again) {
  return h(
    "div",
    { class: "trouble", role: "alert" },
    error.message,
    " ",
    again && h("button", { type: "button", class: "quiet", onclick: again }, "Try again"),
  );
}

/** Where there is nothing: what it is, and what to do. */
export function empty(title, ...todo) {
  return h("div", { class: "empty" }, h("b", {}, title), h("p", {}, todo));
}

export const badge = (text, kind = "") => h("span", { class: `badge ${kind}` }, text);

export const link = (href, ...content) => h("a", { href }, content);

export const button = (label, onclick, kind = "quiet") =>
  h("button", { type: "button", class: kind, onclick }, label);

/** Seen where something takes longer than a moment. */
export const spinner = () => h("div", { class: "spinner", role: "status", "aria-label": "Loading" });

/** After so long a person wants to know why. */
const LONG_MS = 4_000;

/** A spinner which after some seconds says for whom it waits. */
export function waiting() {
  const says = h("p", { class: "dim", role: "status" });
  const place = h("div", { class: "waiting" }, spinner(), says);
  const timer = setInterval(() => {
    if (!place.isConnected) clearInterval(timer);
    else become(says, `Still waiting for ${awaited().join(" and ") || "the console"}.`);
  }, LONG_MS);
  return place;
}

/** Names between backticks stand out in words; only what has a dot is a name to look up. */
export const sentence = (text) =>
  text.split("`").map((part, i) => {
    if (i % 2 === 0) return part.replaceAll("_", " ");
    return part.includes(".") ? h("code", {}, part) : h("b", {}, part.replaceAll(/[_-]/g, " "));
  });

/**
 * A part of a page that comes when its data does.
 *
 * @param load gives the data; called again by "Try again"
 * @param content makes elements of them, or null for none
 */
export function later(load, content, signal) {
  const place = h("div", {});
  const run = async () => {
    place.replaceChildren(waiting());
    try {
      const data = await load();
      if (!signal.aborted) place.replaceChildren(...[content(data)].flat().filter(Boolean));
    } catch (error) {
      if (!signal.aborted) place.replaceChildren(trouble(error, run));
    }
  };
  run();
  return place;
}

/** What stands beside the page's title. */
export function actions(...content) {
  document.getElementById("page-actions").replaceChildren(...content);
}

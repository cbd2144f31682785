/** Making elements, and saying numbers. */

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

/** A paragraph beside the point. */
export const dim = (...content) => h("p", { class: "dim" }, content);

export function table(heads, rows, empty = "Nothing yet.") {
  if (!rows.length) return dim(empty);
  return h(
    "div",
    { class: "scroll" },
    h(
      "table",
      {},
      h(
        "thead",
        {},
        h(
          "tr",
          {},
          heads.map((head) => h("th", {}, head)),
        ),
      ),
      h(
        "tbody",
        {},
        rows.map((row) =>
          h(
            "tr",
            {},
            row.map((cell) => h("td", {}, cell ?? "–")),
          ),
        ),
      ),
    ),
  );
}

export function card(title, ...content) {
  return h("section", { class: "card" }, h("h2", {}, title), content);
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

export function trouble(error) {
  return h("p", { class: "trouble", role: "alert" }, error.message);
}

export const badge = (text, kind = "") => h("span", { class: `badge ${kind}` }, text);

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });

/** Up to three digits below 1,000, whole above; a dash for what isn't there. */
export function number(value) {
  if (value == null || !Number.isFinite(value)) return "–";
  return Math.abs(value) < 1000 ? short.format(value) : whole.format(value);
}

const tenths = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

export const percent = (share) =>
  share == null || !Number.isFinite(share) ? "–" : `${tenths.format(share * 100)} %`;

/** @param seconds from microseconds to days */
export function duration(seconds) {
  if (seconds == null || !Number.isFinite(seconds)) return "–";
  if (seconds < 1) return `${number(seconds * 1000)} ms`;
  if (seconds < 120) return `${number(seconds)} s`;
  if (seconds < 7200) return `${number(seconds / 60)} min`;
  return seconds < 172_800 ? `${number(seconds / 3600)} h` : `${number(seconds / 86_400)} days`;
}

const moment = new Intl.DateTimeFormat("en", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

/** An RFC 3339 time in the reader's own zone. */
export const time = (text) =>
  text ? h("time", { datetime: text, title: text }, moment.format(new Date(text))) : "–";

/** Names between backticks become code. */
export const sentence = (text) =>
  text.split("`").map((part, i) => (i % 2 ? h("code", {}, part) : part));

export const words = (name) => String(name).replaceAll(/[_-]/g, " ");

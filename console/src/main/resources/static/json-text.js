/**
 * JSON as somebody wrote it. It is laid out and read by its characters, never parsed and written
 * again: that would drop a field that is there twice and round large numbers. No page, so that it can
 * be tested alone.
 */

const TOKEN = /\s*("(?:[^"\\]|\\[^])*"|[{}[\],:]|[^\s"{}[\],:]+)/gy;

function isJson(text) {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * The text in lines, each with the path of the value that begins in it, as the services name fields:
 * `clicked.element`, `events[0]`. What is no JSON stays as it is.
 *
 * @returns `[{text, path}]`; path is null where none begins
 */
export function linesOf(text) {
  if (!isJson(text)) return text.split("\n").map((line) => ({ text: line, path: null }));
  const lines = [];
  let line = { text: "", path: null };
  const open = [];
  const inner = () => open.at(-1);
  const newLine = () => {
    lines.push(line);
    line = { text: "  ".repeat(open.length), path: null };
  };
  const tokens = [...text.matchAll(TOKEN)].map((match) => match[1]);
  tokens.forEach((token, i) => {
    const place = inner();
    if (token === "}" || token === "]") {
      open.pop();
      if (tokens[i - 1] !== "{" && tokens[i - 1] !== "[") newLine();
      line.text += token;
      return;
    }
    if (token === ",") {
      line.text += token;
      newLine();
      if (place.isList) place.index++;
      place.isName = !place.isList;
      return;
    }
    if (token === ":") {
      line.text += ": ";
      place.isName = false;
      return;
    }
    if (place && line.path === null && (place.isName || place.isList)) {
      line.path = place.isList ? `${place.path}[${place.index}]` : join(place.path, JSON.parse(token));
      place.current = line.path;
    }
    line.text += token;
    if (token === "{" || token === "[") {
      open.push({ isList: token === "[", isName: token === "{", index: 0, path: place ? place.current : "" });
      const next = tokens[i + 1];
      if (next !== "}" && next !== "]") newLine();
    }
  });
  lines.push(line);
  return lines;
}

const join = (path, name) => (path ? `${path}.${name}` : name);

export const pretty = (text) =>
  linesOf(text)
    .map((line) => line.text)
    .join("\n");

/** Whether a line has the field, or something in it. */
export const concerns = (path, field) =>
  path !== null && field != null && (path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`));

/** The masks in its texts, such as `[email]`, each once. */
export function masksIn(text) {
  const texts = text.match(/"(?:[^"\\]|\\[^])*"/g) ?? [];
  return [...new Set(texts.flatMap((one) => one.match(/\[[a-z][a-z0-9_-]*\]/g) ?? []))];
}

/** Whether an event tells when it happened. */
export function tellsWhen(text) {
  try {
    return JSON.parse(text).occurredAt != null;
  } catch {
    return false;
  }
}

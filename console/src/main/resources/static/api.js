/** The console's door to the services: /api/<service><path>. */

export class ApiError extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

async function ask(method, path, body, signal) {
  const answer = await fetch(`/api${path}`, {
    method,
    signal,
    headers: { "Attune-Console": "1", ...(body && { "Content-Type": "application/json" }) },
    body: body && JSON.stringify(body),
  });
  // a session that is over leads to the page where one signs in
  if (answer.redirected) location.assign("/login");
  const text = await answer.text();
  const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
  const content = isJson && text ? JSON.parse(text) : text;
  if (!answer.ok)
    throw new ApiError(answer.status, content.detail ?? content.title ?? `HTTP ${answer.status}`);
  return content;
}

export const get = (path, signal) => ask("GET", path, undefined, signal);
export const post = (path, body = {}) => ask("POST", path, body);
export const remove = (path) => ask("DELETE", path);

/** Null where nothing is found. */
export async function find(path) {
  try {
    return await get(path);
  } catch (error) {
    if (error.status === 404) return null;
    throw error;
  }
}

/**
 * Server-Sent Events, each data parsed; comes back after a break with the last id, until the signal
 * ends it.
 */
export function follow(path, onData, signal) {
  const source = new EventSource(`/api${path}`);
  source.addEventListener("prediction", (event) => onData(JSON.parse(event.data)));
  signal.addEventListener("abort", () => source.close());
}

export const id = encodeURIComponent;

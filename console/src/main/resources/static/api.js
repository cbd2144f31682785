/** The console's door to the services: /api/<service><path>. */

export class ApiError extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

/** Tells the console that its own page asks. */
export const OWN_PAGE = { "Attune-Console": "1" };

/** The session is over. */
export const signInAgain = () => location.assign(`/login${location.hash}`);

async function exchange(method, path, body, signal) {
  const answer = await fetch(`/api${path}`, {
    method,
    signal,
    headers: { ...OWN_PAGE, ...(body && { "Content-Type": "application/json" }) },
    body,
  });
  if (answer.status === 401) {
    signInAgain();
    throw new ApiError(401, "Sign in again.");
  }
  const text = await answer.text();
  const isJson = (answer.headers.get("Content-Type") ?? "").includes("json");
  const content = isJson && text ? JSON.parse(text) : text;
  if (!answer.ok)
    throw new ApiError(answer.status, content.detail ?? refusal(content) ?? content.title ?? `HTTP ${answer.status}`);
  return content;
}

/** Who answers below the first part of a path. */
const SERVICES = { gateway: "ingest-gateway", responses: "response-api", inference: "inference-service" };

const unanswered = new Set();

async function ask(method, path, body, signal) {
  const asked = { service: SERVICES[path.split("/")[1]] ?? "the console" };
  unanswered.add(asked);
  try {
    return await exchange(method, path, body, signal);
  } finally {
    unanswered.delete(asked);
  }
}

/** The services that have not answered yet; empty where none is asked. */
export const awaited = () => [...new Set([...unanswered].map((one) => one.service))];

/** What is wrong with the first event that the gateway refused; undefined: it refused none. */
const refusal = ({ rejected: [first] = [] }) => first && [first.field, first.detail].filter(Boolean).join(": ");

export const get = (path, signal) => ask("GET", path, undefined, signal);
export const post = (path, body = {}) => ask("POST", path, JSON.stringify(body));

/** @param text JSON as it is to arrive */
export const postText = (path, text) => ask("POST", path, text);

export const remove = (path) => ask("DELETE", path);

/** Null where nothing is found. */
export async function find(path, signal) {
  try {
    return await get(path, signal);
  } catch (error) {
    if (error.status === 404) return null;
    throw error;
  }
}

/** After so long a connection that was refused is tried again. */
const AGAIN_MS = 5_000;

/**
 * Server-Sent Events of a name, each data parsed, until the signal ends it. After a break the browser
 * goes on with the last id by itself; where it was refused, as while a service restarts, it begins
 * anew. Whose session is over is led to sign in.
 *
 * @param onBreak called when it is refused or breaks
 */
export function listen(path, name, onData, signal, onBreak = () => {}) {
  if (signal.aborted) return;
  const source = new EventSource(`/api${path}`);
  const close = () => source.close();
  signal.addEventListener("abort", close, { once: true });
  source.addEventListener(name, (event) => onData(JSON.parse(event.data)));
  source.addEventListener("error", () => {
    if (!signal.aborted) onBreak();
    if (source.readyState !== EventSource.CLOSED || signal.aborted) return;
    signal.removeEventListener("abort", close);
    // why it was refused, a stream doesn't tell
    get("/me", signal).catch((problem) => problem.status).then((status) => {
      if (status !== 401) setTimeout(() => listen(path, name, onData, signal, onBreak), AGAIN_MS);
    });
  });
}

export const id = encodeURIComponent;

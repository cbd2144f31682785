/** What the services say, made up: for states that a young stack is not in. */

/**
 * Answers the page's questions. `to` has the answers by path (`/responses/v1/users`), set by
 * `say`: a value, or a function of the parameters and the request. `{rejects}` is a refused event,
 * `{status, json}` any other failure. What changes something is noted in `changes`.
 */
export async function answering(page) {
  const made = { to: {}, changes: [], say };
  function say(more) {
    made.changes = [];
    made.to = { "/me": { name: "ed", mayEdit: true, signedIn: true }, ...more };
  }
  await page.route("**/api/**", async (route) => {
    const request = route.request();
    const { pathname, searchParams } = new URL(request.url());
    if (request.method() !== "GET")
      made.changes.push([request.method(), pathname, searchParams.get("reason") ?? request.postDataJSON()]);
    const answer = made.to[pathname.slice("/api".length)];
    const body = typeof answer === "function" ? await answer(searchParams, request) : answer;
    if (body === undefined) await route.fulfill({ status: 404, json: { detail: "Not here." } });
    else if (body.rejects) await route.fulfill({ status: 400, json: { rejected: [body.rejects] } });
    else if (body.status >= 400) await route.fulfill({ status: body.status, json: body.json ?? {} });
    else if (typeof body === "string") await route.fulfill({ contentType: "text/plain", body });
    else await route.fulfill({ json: body });
  });
  return made;
}

/** An answer that waits until it is let go. */
export function held(answer) {
  let release;
  const wait = new Promise((resolve) => (release = () => resolve(answer)));
  return { answer: () => wait, release };
}

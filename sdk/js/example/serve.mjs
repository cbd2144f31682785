// Serves the quick start's page and signs for its user, as a shop's own server would.
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";

const read = (file) => readFileSync(new URL(file, import.meta.url));
const port = Number(process.env.PORT ?? 7090);
const address = (part, otherwise) => `http://127.0.0.1:${process.env[`ATTUNE_${part}_PORT`] ?? otherwise}`;
const secret = process.env.ATTUNE_IDENTITY_SECRET ?? "local-identity-secret";

/** A real server signs only for the user who is signed in; this one has a single user. */
function signature(userId) {
  const expiry = Math.floor(Date.now() / 1000) + 3600;
  return `${expiry}.${createHmac("sha256", secret).update(`${userId}.${expiry}`).digest("hex")}`;
}

createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  if (pathname === "/") {
    const page = read("index.html").toString().replace("%GATEWAY%", address("GATEWAY", 7070));
    response.writeHead(200, { "Content-Type": "text/html" }).end(page.replace("%RESPONSES%", address("RESPONSES", 7071)));
  } else if (pathname === "/attune.min.js") {
    response.writeHead(200, { "Content-Type": "text/javascript" }).end(read("../dist/attune.min.js"));
  } else if (pathname === "/attune-signature" && searchParams.get("user") === "u-1") {
    response.writeHead(200, { "Content-Type": "text/plain" }).end(signature("u-1"));
  } else {
    response.writeHead(404).end();
  }
}).listen(port, "127.0.0.1", () => console.log(`http://127.0.0.1:${port}`));

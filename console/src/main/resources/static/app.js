/** Which page is shown. A page is a function (root, signal, ...parts of the address). */

import { get } from "./api.js";
import { h, trouble } from "./dom.js";
import { overview } from "./pages/overview.js";
import { playground } from "./pages/playground.js";
import { experiments } from "./pages/experiments.js";
import { kpis } from "./pages/kpis.js";
import { models } from "./pages/models.js";
import { users } from "./pages/users.js";
import { decision } from "./pages/decision.js";

const PAGES = { "": overview, playground, experiments, kpis, models, users, decisions: decision };

const root = document.getElementById("page");
let leave = new AbortController();

async function show() {
  leave.abort();
  leave = new AbortController();
  const { signal } = leave;
  const [name, ...rest] = location.hash.replace(/^#\/?/, "").split("/");
  for (const link of document.querySelectorAll("nav a")) {
    const current = link.hash.replace(/^#\/?/, "") === name;
    link.toggleAttribute("aria-current", current);
  }
  const page = PAGES[name] ?? notFound;
  const content = h("div");
  root.replaceChildren(content);
  try {
    await page(content, signal, ...rest.map(decodeURIComponent));
  } catch (error) {
    if (!signal.aborted) content.replaceChildren(trouble(error));
  }
}

function notFound(content) {
  content.replaceChildren(h("p", {}, "There is no such page."));
}

function sayWho(me) {
  document.body.classList.toggle("viewer", !me.mayEdit);
  if (!me.signedIn) return;
  document
    .getElementById("me")
    .replaceChildren(
      h(
        "form",
        { method: "post", action: "/logout" },
        h("span", {}, me.mayEdit ? me.name : `${me.name} (view only)`),
        " ",
        h("button", { class: "quiet" }, "Sign out"),
      ),
    );
}

addEventListener("hashchange", show);
get("/me")
  .then(sayWho)
  .catch(() => {});
show();

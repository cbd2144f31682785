/** Which page is shown. A page is a function (root, signal, ...parts of the address). */

import { get } from "./api.js";
import { h, trouble, waiting } from "./dom.js";
import { keepFocus } from "./focus.js";
import { themeSwitch } from "./themes.js";

/** By the first part of the address: title, question, module and its function. */
const PAGES = {
  overview: [
    "Overview",
    "Is it healthy? Is it helping?",
    () => import("./pages/overview.js"),
    "overview",
  ],
  playground: [
    "Playground",
    "What would the bot say to this customer, and why?",
    () => import("./pages/playground.js"),
    "playground",
  ],
  experiments: [
    "Experiments",
    "May I conclude, when, and what is it worth?",
    () => import("./pages/experiments.js"),
    "experiments",
  ],
  kpis: ["KPIs", "How do conversations go?", () => import("./pages/kpis.js"), "kpis"],
  models: [
    "Models",
    "Which model serves, and how good is it?",
    () => import("./pages/models.js"),
    "models",
  ],
  label: [
    "Label",
    "What were the messages about that the model was unsure of?",
    () => import("./pages/label.js"),
    "label",
  ],
  conversations: [
    "Conversations",
    "What did it say to customers, and why?",
    () => import("./pages/conversations.js"),
    "conversations",
  ],
  users: [
    "Users",
    "Who was active of late? What is known about this customer?",
    () => import("./pages/users.js"),
    "users",
  ],
  playbook: [
    "Playbook",
    "Which rules speak, and which never?",
    () => import("./pages/playbook.js"),
    "playbook",
  ],
  "dead-letters": [
    "Dead letters",
    "Which events were refused, and what is wrong with them?",
    () => import("./pages/dead-letters.js"),
    "deadLetters",
  ],
  audit: ["Audit", "Who did what, and when?", () => import("./pages/audit.js"), "audit"],
  erasures: [
    "Erasure",
    "What became of an erased customer, store by store?",
    () => import("./pages/erasure.js"),
    "erasure",
  ],
  decisions: ["Decision", "Why this reply?", () => import("./pages/decision.js"), "decision"],
};

/** Pages of one user, experiment or the like, named by the second part of the address. */
const OF_ONE = new Set(["users", "experiments", "decisions", "erasures"]);

/** After so long it is asked again who a person is. */
const AGAIN_MS = 5_000;

const root = document.getElementById("page");
const side = document.getElementById("side");
const menu = document.getElementById("menu");
let leave = new AbortController();
let shown = null;

async function show() {
  leave.abort();
  leave = new AbortController();
  const { signal } = leave;
  const [first, ...rest] = location.hash.replace(/^#\/?/, "").split("/");
  const name = first || "overview";
  openMenu(false);
  for (const link of document.querySelectorAll("#pages a")) {
    const current = link.hash.replace(/^#\/?/, "") === name;
    if (current) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  const [title, question, load, main] = PAGES[name] ?? [];
  document.title = title ? `${title} · Attune` : "Attune";
  const content = h("div");
  const focusAsBefore = keepFocus(root, signal);
  const wait = waiting();
  root.replaceChildren(
    h(
      "div",
      { class: "head" },
      h("div", {}, h("h1", {}, title ?? "Not found"), question && h("p", {}, question)),
      h("div", { id: "page-actions" }),
    ),
    content,
    wait,
  );
  // a person who went somewhere is told where; the first page has the reader's attention anyway
  const place = OF_ONE.has(name) ? `${name}/${rest[0] ?? ""}` : name;
  if (shown !== null && shown !== place) root.focus({ preventScroll: true });
  if (shown !== place) scrollTo(0, 0);
  else focusAsBefore();
  shown = place;
  if (!load) {
    wait.remove();
    content.replaceChildren(h("p", {}, "There is no such page."));
    return;
  }
  let again = () => location.reload();
  try {
    const module = await load().catch(unloaded);
    again = show;
    if (!signal.aborted) await module[main](content, signal, ...rest.map(decodeURIComponent));
  } catch (error) {
    if (!signal.aborted) content.replaceChildren(trouble(error, again));
  } finally {
    wait.remove();
  }
}

async function who() {
  try {
    sayWho(await get("/me"));
  } catch (error) {
    if (error.status !== 401) setTimeout(who, AGAIN_MS);
  }
}

/** Whose session is over gets no script either, and is led to sign in by the question who it is. */
async function unloaded() {
  await get("/me");
  throw new Error("This page could not be loaded.");
}

function openMenu(open) {
  side.classList.toggle("open", open);
  menu.setAttribute("aria-expanded", String(open));
}

/** Until it is known what a person may do, there is neither a button nor a word about it. */
function sayWho(me) {
  document.body.classList.add(me.mayEdit ? "editor" : "viewer");
  if (!me.signedIn) return;
  document
    .getElementById("me")
    .replaceChildren(
      h(
        "form",
        { method: "post", action: "/logout" },
        h("span", {}, me.mayEdit ? me.name : `${me.name} (view only)`),
        h("button", { class: "quiet" }, "Sign out"),
      ),
    );
}

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  root.focus();
});
menu.addEventListener("click", () => openMenu(!side.classList.contains("open")));
addEventListener("hashchange", show);
themeSwitch(document.getElementById("theme"));
who();
show();

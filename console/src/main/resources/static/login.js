/**
 * Where people sign in. Whoever came for a page is led there: a browser keeps the part behind # over
 * a redirect, but not over the pages of a provider, so it waits in this tab. It never leaves the
 * browser, since it may hold a user's id.
 */

import { tryStorage } from "./storage.js";

const PAGE = "attune.page";
const why = new URLSearchParams(location.search);
const page = location.hash || (why.size > 0 && tryStorage(() => sessionStorage.getItem(PAGE))) || "";

/** Why somebody who was at the provider, or on the way there, was not let in. */
const REFUSED = {
  role: "You are known, but none of your roles opens this console. Ask whoever runs it for one.",
  name: "The provider gave no name that can be used here. Whoever runs this console can choose another claim.",
  unverified: "The provider has not verified your e-mail address, which would be your name here.",
  local: "A user with a password here has your name already, so you can't sign in with it this way.",
  away: "The provider doesn't answer. Try again in a moment.",
};

/** What a sign-in that failed, or came too soon after others, is told; empty where none did. */
function trouble() {
  const wait = Number(why.get("wait"));
  if (wait > 0) return `Too many attempts. Try again in ${wait} s.`;
  if (why.has("error")) return "Name or password is wrong.";
  if (why.has("refused")) return REFUSED[why.get("refused")] ?? "The sign-in did not come to its end. Try again.";
  return "";
}

if (why.has("signed-in")) {
  tryStorage(() => sessionStorage.removeItem(PAGE));
  location.replace(`/${page}`);
} else {
  const told = document.getElementById("trouble");
  told.textContent = trouble();
  told.hidden = told.textContent === "";
  const form = document.querySelector("form");
  if (form) form.action = `/login${page}`;
  document
    .querySelector(".provider")
    ?.addEventListener("click", () => tryStorage(() => sessionStorage.setItem(PAGE, page)));
}

/** Light, dark, or as the system has it; kept in this browser. */

import { tryStorage } from "./storage.js";

const KEY = "attune.theme";

export function themeSwitch(group) {
  const buttons = [...group.querySelectorAll("button")];
  const mark = () => {
    for (const button of buttons) {
      const chosen = button.dataset.themeChoice === document.documentElement.dataset.theme;
      button.setAttribute("aria-pressed", String(chosen));
    }
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      const choice = button.dataset.themeChoice;
      document.documentElement.dataset.theme = choice;
      tryStorage(() => localStorage.setItem(KEY, choice));
      mark();
      dispatchEvent(new Event("themechange"));
    });
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () =>
    dispatchEvent(new Event("themechange")),
  );
  mark();
}

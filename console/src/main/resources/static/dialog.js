/** Asks before something is changed. */

import { button, h, trouble } from "./dom.js";

/**
 * A question with what will happen, and a reason where one is wanted. Resolves to the answer of
 * `action`, or to null when nothing is to be done. A failure is told in the dialog, so that one can
 * try again.
 *
 * @param title the question
 * @param says what will happen: texts or elements, a paragraph each; false is left out
 * @param fields an element with more to fill in, whose values the action reads; null: none
 * @param yes what the button says
 * @param reason what is asked for; null: none
 * @param danger whether it can't be undone
 * @param action called with the reason
 */
export function ask({ title, says, fields = null, yes, reason = null, danger = false, action }) {
  return new Promise((resolve) => {
    const field = h("input", { required: true, maxlength: 500, autocomplete: "off" });
    const problem = h("div", {});
    const confirm = h("button", { class: danger ? "danger" : "" }, yes);
    const form = h(
      "form",
      {
        method: "dialog",
        onsubmit: async (event) => {
          event.preventDefault();
          confirm.disabled = true;
          try {
            const answer = await action(field.value);
            dialog.close();
            resolve(answer);
          } catch (error) {
            problem.replaceChildren(trouble(error));
            confirm.disabled = false;
          }
        },
      },
      h("h2", { id: "question" }, title),
      says.filter(Boolean).map((text) => h("p", {}, text)),
      fields,
      reason && h("label", {}, reason, field),
      problem,
      h("div", { class: "buttons" }, button("Cancel", () => dialog.close()), confirm),
    );
    const dialog = h("dialog", { "aria-labelledby": "question" }, form);
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(null);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

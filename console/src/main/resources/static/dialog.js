/** Asks before something is changed. */

import { button, dim, h, trouble } from "./dom.js";

/**
 * A question with what will happen, and a reason where one is wanted. Resolves to the answer of
 * `action`, or to null when nothing is to be done. A failure is told in the dialog, so that one can
 * try again. While a change is under way the dialog stays, whatever is pressed: what came of it
 * would be lost. Otherwise Esc, Cancel and the way back close it.
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
    const problem = h("div", { role: "status" });
    const confirm = h("button", { class: danger ? "danger" : "" }, yes);
    const cancel = button("Cancel", () => dialog.close());
    let underWay = false;
    const setUnderWay = (now) => {
      underWay = now;
      confirm.disabled = now;
      cancel.disabled = now;
    };
    const submit = async (event) => {
      event.preventDefault();
      if (underWay) return;
      setUnderWay(true);
      problem.replaceChildren(dim("Under way …"));
      try {
        const answer = await action(field.value);
        setUnderWay(false);
        end(answer);
      } catch (error) {
        setUnderWay(false);
        problem.replaceChildren(trouble(error));
        confirm.focus();
      }
    };
    const stayWhileUnderWay = (event) => underWay && event.preventDefault();
    const back = () => underWay || end(null);
    function end(answer) {
      removeEventListener("hashchange", back);
      removeEventListener("beforeunload", stayWhileUnderWay);
      dialog.removeEventListener("close", closed);
      dialog.close();
      dialog.remove();
      resolve(answer);
    }
    // a browser may close it although "cancel" was refused
    const closed = () => (underWay ? dialog.showModal() : end(null));
    const dialog = h(
      "dialog",
      { "aria-labelledby": "question", oncancel: stayWhileUnderWay },
      h(
        "form",
        { method: "dialog", onsubmit: submit },
        h("h2", { id: "question" }, title),
        says.filter(Boolean).map((text) => h("p", {}, text)),
        fields,
        reason && h("label", {}, reason, field),
        problem,
        h("div", { class: "buttons" }, cancel, confirm),
      ),
    );
    dialog.addEventListener("close", closed);
    addEventListener("hashchange", back);
    addEventListener("beforeunload", stayWhileUnderWay);
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** What were the messages about that the model was unsure of? One at a time, by button or key. */

import { get, id, post } from "../api.js";
import { button, card, dim, empty, h, later, link, table, trouble } from "../dom.js";
import { count, exactTime, many, percent, title } from "../units.js";

const AT_ONCE = 50;

/** More labels have buttons, but no key. */
const KEYS = 9;

const SKIP = "s";
const UNDO = "u";

export async function label(root, signal) {
  const ask = () => get(`/responses/v1/labels/questions?count=${AT_ONCE}`, signal);
  const place = h("div", {});
  let shown = new AbortController();
  const draw = () => {
    shown.abort();
    shown = new AbortController();
    const now = AbortSignal.any([signal, shown.signal]);
    place.replaceChildren(later(ask, (found) => content(found, draw, now), now));
  };
  root.append(place);
  draw();
}

function content(found, again, signal) {
  const { questions, complete } = found;
  return [
    !complete && h("p", { class: "note" }, "Not all messages of late could be read in time; some may be missing."),
    questions.length
      ? [h("div", { class: "edit" }, desk(found, again, signal)), h("div", { class: "view-only" }, listed(questions))]
      : nothing(found),
  ].flat();
}

function nothing({ learns, predictions, labelled }) {
  if (!learns)
    return empty(
      "The playbook learns no label",
      "Declare one in training.yaml, as docs/models.md shows. Then people can be asked here.",
    );
  if (!predictions)
    return empty(
      "No model has scored a message yet",
      h("code", {}, "./attune train EVENTS"),
      " trains the first one. A moment after customers write, the messages of which it is least sure are asked here.",
    );
  return empty(
    "No message is left to ask about",
    `Of the newest ${count(predictions)} predictions none is of a message that has a text and no label yet. ${inAll(labelled)} `,
    h("code", {}, "./attune retrain"),
    " learns from them.",
  );
}

const inAll = (n) => `${many(n, "message has", "messages have")} a label.`;

/** Who may only look sees them all. */
const listed = (questions) =>
  card(
    "Least sure first",
    "You may only look; to label, the role editor is needed.",
    table(
      ["message", "the model’s guess", "when"],
      questions.map((one) => [
        h("span", { class: "written" }, one.text),
        one.likeliest.map(({ label: name, probability }) => `${title(name)} ${percent(probability)}`).join(", "),
        exactTime(one.occurredAt),
      ]),
    ),
  );

/** Parts that stay, and what they say of the message that it is about now. */
function desk({ questions, labels, labelled }, again, signal) {
  const done = [];
  let given = labelled;
  let busy = false;
  const about = h("div", { "aria-live": "polite" });
  const problem = h("div", { role: "status" });
  const progress = h("p", { class: "dim labelled", role: "status" });
  const choices = labels.map((name, i) => choice(name, i, () => say(name)));
  const pass = () => busy || move(null);
  const skip = withKey("Skip", SKIP, pass);
  const undo = withKey("Undo", UNDO, back);
  const more = button("Look for more", again, "");
  const answers = h(
    "div",
    { role: "group", "aria-label": "What was it about?" },
    h("div", { class: "labels" }, choices.map((one) => one.element)),
  );

  const now = () => questions[done.length];

  function show() {
    const question = now();
    about.replaceChildren(...(question ? asked(question, done.length, questions.length) : finished()));
    answers.hidden = !question;
    skip.hidden = !question;
    more.hidden = Boolean(question);
    if (!question && answers.contains(document.activeElement)) more.focus();
    undo.disabled = !done.length;
    choices.forEach(({ name, share }) => {
      const guess = question?.likeliest.find((one) => one.label === name);
      share.textContent = guess ? percent(guess.probability) : "";
    });
    progress.replaceChildren(`${inAll(given)} `, h("code", {}, "./attune retrain"), " learns from them first.");
  }

  function move(name) {
    if (!now()) return;
    done.push(name);
    show();
  }

  async function say(name) {
    if (now() && (await sent(now(), name))) {
      given += 1;
      move(name);
    }
  }

  async function back() {
    if (busy || !done.length) return;
    const last = done.at(-1);
    if (last !== null && !(await sent(questions[done.length - 1]))) return;
    if (last !== null) given -= 1;
    done.pop();
    show();
  }

  /**
   * False: it was refused, which is told, or another answer is under way, which nothing may overtake.
   *
   * @param name the label; undefined: it is taken back
   */
  async function sent(question, name) {
    if (busy) return false;
    busy = true;
    try {
      await post("/responses/v1/labels", { eventId: question.eventId, label: name });
      problem.replaceChildren();
      return true;
    } catch (error) {
      problem.replaceChildren(trouble(error));
      return false;
    } finally {
      busy = false;
    }
  }

  const keys = { [SKIP]: pass, [UNDO]: back };
  labels.slice(0, KEYS).forEach((name, i) => (keys[i + 1] = () => say(name)));
  listenTo(keys, signal);
  show();
  return card(
    "What was it about?",
    "The model’s guess is beside the label.",
    about,
    answers,
    problem,
    h("div", { class: "choices" }, skip, undo, more),
    progress,
  );
}

const asked = ({ text, userId, occurredAt, modelVersion }, i, n) => [
  dim(
    `Message ${i + 1} of ${n}, `,
    exactTime(occurredAt),
    ", by ",
    link(`#/users/${id(userId)}`, userId),
    `, scored by version ${modelVersion}`,
  ),
  h("blockquote", { class: "written" }, text),
];

const finished = () => [empty("These were all", "Those that were skipped are asked again.")];

function choice(name, i, onclick) {
  const share = h("small", {});
  const key = i < KEYS ? String(i + 1) : null;
  const element = h(
    "button",
    { type: "button", class: "quiet", "aria-keyshortcuts": key, onclick },
    key && h("kbd", { "aria-hidden": "true" }, key),
    h("span", {}, title(name)),
    share,
  );
  return { name, share, element };
}

const withKey = (says, key, onclick) =>
  h(
    "button",
    { type: "button", class: "quiet", "aria-keyshortcuts": key, onclick },
    says,
    " ",
    h("kbd", { "aria-hidden": "true" }, key),
  );

/** While the page, and nothing beside it, has the keyboard. */
function listenTo(keys, signal) {
  const page = document.getElementById("page");
  const onKey = (event) => {
    const { key, target, repeat, ctrlKey, metaKey, altKey } = event;
    const isHere = target === document.body || page.contains(target);
    if (!isHere || repeat || ctrlKey || metaKey || altKey || !document.body.classList.contains("editor")) return;
    if (!Object.hasOwn(keys, key.toLowerCase())) return;
    event.preventDefault();
    keys[key.toLowerCase()]();
  };
  addEventListener("keydown", onKey, { signal });
}

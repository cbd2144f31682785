/** Does it run, for whom, and who says so? Start, stop and weights of one experiment. */

import { id, post } from "../api.js";
import { badge, button, card, dim, h } from "../dom.js";
import { ask } from "../dialog.js";
import { count, percent, time, words } from "../units.js";

/** How far shares may be from 100 % together, as in the file: three arms of 33 % are meant so. */
const TOLERANCE = 1;

/**
 * A card that shows the state and changes it.
 *
 * @param state as response-api tells it
 * @param users who are in the experiment already
 */
export function stateCard(state, users, signal) {
  const place = h("div", {});
  const show = (now) => place.replaceChildren(content(now, users, change));
  const change = async (question) => {
    const now = await ask({ reason: "Why? It is kept with the change and in the audit log.", ...question });
    if (now && !signal.aborted) show(now);
  };
  show(state);
  return place;
}

function content(state, users, change) {
  return card(
    "Start, stop and weights",
    null,
    h("p", {}, state.active ? badge("running", "good") : badge("stopped", "warn"), " ", runs(state)),
    state.changes.map((one) => h("p", {}, said(one), !one.applied && " The file has other arms by now, or a bandit, so this is passed over.")),
    state.changes.length > 0 && dim(`experiments.yaml says: ${inFile(state)}.`),
    state.weightsOwner && dim(`The weights can’t be set by hand: ${state.weightsOwner}.`),
    h(
      "p",
      { class: "actions edit" },
      state.active
        ? edit("Stop …", () => change(stop(state, users)))
        : edit("Start …", () => change(start(state, users))),
      !state.weightsOwner && edit("Change weights …", () => change(weigh(state, users))),
      state.changes.length > 0 && edit("Back to the file …", () => change(reset(state))),
    ),
    h("p", { class: "dim view-only" }, "You may only look: to start, stop or weigh it, the role editor is needed."),
  );
}

const edit = (label, onclick) => button(label, onclick, "quiet edit");

const runs = (state) =>
  state.active
    ? `New users: ${shares(state.weights)}.`
    : "Nobody gets an arm of it. What was measured stays.";

const shares = (weights) =>
  Object.entries(weights)
    .map(([arm, weight]) => `${words(arm)} ${percent(weight)}`)
    .join(", ");

const inFile = ({ file }) => `${file.active ? "running" : "stopped"}, ${shares(file.weights)}`;

/** Who changed what, when and why. */
function said({ aspect, active, weights, at, by, reason }) {
  const what =
    aspect === "weights" ? `Weights set to ${shares(weights)}` : active ? "Started" : "Stopped";
  return [`${what} on `, time(at), ` by ${by.replace(/^user:/, "").replace(/^key:/, "the key ")}, because: `, h("q", {}, reason)];
}

const path = ({ name }) => `/responses/v1/experiments/${id(name)}/state`;

const known = (users) => (users === 1 ? "The user who is" : `The ${count(users)} users who are`);

const STAYS = "This holds, also when experiments.yaml changes, until it is changed again or taken back.";

const stop = (state, users) => ({
  title: `Stop ${words(state.name)}?`,
  says: [
    "From now on nobody gets an arm of it. All users get the playbook’s replies as if it were not there.",
    users > 0 && `${known(users)} in it already are followed until their windows close. What was measured stays.`,
    STAYS,
  ],
  yes: "Stop it",
  danger: true,
  action: (reason) => post(path(state), { action: "stop", reason }),
});

const start = (state, users) => ({
  title: `Start ${words(state.name)}?`,
  says: [
    `New users are divided: ${shares(state.weights)}.`,
    users > 0 && `${known(users)} in it already keep their arm, and are not counted again.`,
    STAYS,
  ],
  yes: "Start it",
  action: (reason) => post(path(state), { action: "start", reason }),
});

function weigh(state, users) {
  const fields = weightFields(state.weights);
  return {
    title: `Change the weights of ${words(state.name)}?`,
    says: [
      "Only new users follow the new weights.",
      users > 0 && `${known(users)} in it already stay in their arm. Each user is counted by the weights of the time. Metrics of times (resolution) and quantiles can’t be: they are no longer compared.`,
      STAYS,
    ],
    fields: fields.element,
    yes: "Change the weights",
    action: (reason) => post(path(state), { action: "weights", weights: fields.weights(), reason }),
  };
}

/** A share in percent for each arm; a form with others than 100 % together isn’t sent. */
function weightFields(weights) {
  const arms = Object.keys(weights);
  const inputs = arms.map((arm) =>
    h("input", {
      type: "number",
      required: true,
      min: 0,
      max: 100,
      step: 0.1,
      value: Math.round(weights[arm] * 1000) / 10,
      oninput: () => check(),
    }),
  );
  const together = h("output", {});
  const check = () => {
    const sum = inputs.reduce((all, input) => all + (input.valueAsNumber || 0), 0);
    const fits = Math.abs(sum - 100) <= TOLERANCE;
    together.textContent = `Together ${percent(sum / 100)}`;
    inputs[0].setCustomValidity(fits ? "" : `Together they must be 100 %, not ${percent(sum / 100)}.`);
  };
  check();
  return {
    element: h(
      "div",
      { class: "weights" },
      arms.map((arm, i) => h("label", {}, `${words(arm)}, percent of new users`, inputs[i])),
      together,
    ),
    weights: () =>
      Object.fromEntries(arms.map((arm, i) => [arm, Math.round(inputs[i].valueAsNumber * 10) / 1000])),
  };
}

const reset = (state) => ({
  title: "Back to what the file says?",
  says: [
    `experiments.yaml says: ${inFile(state)}. That holds again, also for what the file says later.`,
    "Known users keep their arm. What was measured stays.",
  ],
  yes: "Back to the file",
  action: (reason) => post(path(state), { action: "reset", reason }),
});

/** Codes of the services in a person's words. */

import { duration, many, words } from "./units.js";

const REPLY = {
  no_prediction: "Nothing was known of the user yet",
  stale: "What was known of the user was too old",
  log_full: "The log of decisions was full",
  control_group: "Control group of an experiment",
  template_error: "A template failed",
  default: "No rule applied",
};

/** Those that something broken caused. Stale is none: the customer returns after a day or more. */
const FAULTS = new Set(["store_unavailable", "log_full", "template_error"]);

/**
 * @param code as in a reply's reason
 * @param budgetSeconds how long a reply waits for Redis; null: not known
 */
export function replyReason(code, budgetSeconds = null) {
  if (code === "store_unavailable")
    return budgetSeconds == null
      ? "Redis did not answer in time"
      : `Redis took longer than ${duration(budgetSeconds)}`;
  if (code.startsWith("rule:")) return `Rule ${words(code.slice("rule:".length))}`;
  return REPLY[code] ?? words(code);
}

export const isFault = (code) => FAULTS.has(code);

/** One, and several. */
const ERRORS = {
  rejected: ["event rejected", "events rejected"],
  unacknowledged: ["batch that Kafka did not take", "batches that Kafka did not take"],
  dead_letters: ["record that could not be read", "records that could not be read"],
  unscored: ["scoring call without a prediction", "scoring calls without a prediction"],
  fault: ["reply made generic by a fault", "replies made generic by a fault"],
  decisions_lost: ["decision lost", "decisions lost"],
};

export const errors = (kind, n) => many(n, ...(ERRORS[kind] ?? [words(kind), words(kind)]));

const REJECTED = {
  schema_invalid: "The event does not fit the schema",
  malformed: "No well-formed JSON or Avro",
  too_large: "The event is too large",
  unknown_field: "It has a field that nobody knows",
  duplicate_key: "A field is there twice",
  too_deep: "It is nested too deeply",
};

export const rejection = (code) => REJECTED[code] ?? words(code);

/**
 * What came of a conversation, in the order of importance.
 *
 * @param outcome null: it is on, or not long enough silent
 * @returns words, each with the kind of badge
 */
export function outcomeOf(outcome) {
  if (!outcome) return [["open", "accent"]];
  const people = outcome.agentReplies - outcome.automatedReplies;
  const open = outcome.issuesOpened - outcome.issuesResolved;
  const said = [];
  if (open > 0) said.push([open > 1 ? `${open} issues unsolved` : "issue unsolved", "warn"]);
  else if (outcome.issuesResolved > 0) said.push(["solved", "good"]);
  if (people > 0) said.push([people > 1 ? `${people} answers by people` : "1 answer by a person", ""]);
  if (outcome.csat != null) said.push([`rated ${outcome.csat}`, ""]);
  return said.length ? said : [["over", ""]];
}

const ACTIONS = {
  sign_in: "signed in",
  history_read: "read a user’s history",
  users_listed: "looked at the list of users",
  conversations_read: "read conversations",
  messages_read: "looked at messages to label",
  message_labelled: "labelled a message",
  erase: "erased a user",
  export: "exported the past",
  dead_letter_export: "exported dead letters",
  backup: "made a backup",
  restore: "restored a backup",
  experiment_start: "started an experiment",
  experiment_stop: "stopped an experiment",
  experiment_weights: "set an experiment’s weights",
  experiment_reset: "gave an experiment back to the file",
  model_promote: "made a model live",
  model_promote_override: "made a model live although a gate failed",
  model_canary: "gave a model some of the users",
  model_canary_override: "gave a model some of the users although a gate failed",
  model_canary_end: "ended the canary",
  model_shadow: "made a model the shadow",
  model_shadow_end: "ended the shadow",
  model_rollback: "rolled back",
  features_switch: "published changed features",
  rollout_drifted: "found that a version drifted",
  rollout_trained: "trained a version",
  rollout_refused: "refused a version",
  rollout_shadow: "made a version the shadow",
  rollout_canary: "gave a version some of the users",
  rollout_live: "made a version live",
  rollout_done: "finished a rollout",
  rollout_stopped: "stopped a rollout",
  key_added: "added a key",
  key_changed: "changed a key",
  key_removed: "removed a key",
};

/**
 * The actions that the audit log knows.
 *
 * @param beginnings of those that are wanted; null or undefined: nothing is chosen
 */
export const actionsOf = (beginnings) =>
  Object.keys(ACTIONS).filter((action) => (beginnings ?? []).some((start) => action.startsWith(start)));

/** What was done, after the name of who did it. */
export function act({ action, outcome }) {
  if (action === "sign_in" && outcome === "refused") return "was refused a sign-in";
  const said = ACTIONS[action] ?? words(action);
  return outcome === "refused" ? `was refused: ${said}` : said;
}

const ACTORS = { user: "", key: "the key ", file: "the file of ", job: "the job " };

export function actor(name) {
  const [kind, ...rest] = name.split(":");
  return kind in ACTORS && rest.length ? ACTORS[kind] + rest.join(":") : name;
}

const NO_ARM = {
  stopped: "it is stopped",
  held_out: "held out of all experiments",
  other_part: "not in its part of the users",
  coverage: "not in its share of the users",
};

/** Why a user has no arm of an experiment, as the service answered. */
export function noArm({ reason, wouldBe, takenBy }) {
  if (reason === "other_experiment") return `in ${words(takenBy)} instead`;
  if (reason === "condition") return `its condition does not hold yet${wouldBe ? `, then ${wouldBe}` : ""}`;
  return NO_ARM[reason] ?? words(reason);
}

/** Arms of experiments: whom they have, and customers invented for one. */

import { get, id } from "../api.js";
import { h } from "../dom.js";
import { noArm } from "../reasons.js";
import { title } from "../units.js";

/** Enough for an arm of 1 % of the users, in 998 of 1,000 cases. */
const MOST = 600;

/** A browser asks no more at once anyway. */
const AT_ONCE = 6;

/** Whoever is held out has no arm. */
const HOLDOUT = "holdout";

export const invented = () => `playground-${crypto.randomUUID().slice(0, 8)}`;

/** The experiments that run; none where they can't be asked for. */
export async function running(signal) {
  try {
    const { experiments } = await get("/responses/v1/experiments", signal);
    return experiments.filter((one) => one.active && one.name !== HOLDOUT);
  } catch {
    return [];
  }
}

const assignment = (experiment, customer, locale, signal) =>
  get(`/responses/v1/experiments/${id(experiment)}/assignment?userId=${id(customer)}&locale=${id(locale)}`, signal);

/** A customer's arm of each experiment, or why there is none. */
export async function armsOf(experiments, customer, locale, signal) {
  const asked = experiments.map((one) => assignment(one.name, customer, locale, signal).catch(() => null));
  return (await Promise.all(asked)).filter(Boolean).map(said);
}

const said = (answer) =>
  h(
    "span",
    {},
    answer.variant
      ? [`${title(answer.experiment)}: `, h("b", {}, answer.variant)]
      : `No arm of ${title(answer.experiment)}: ${noArm(answer)}`,
  );

/**
 * A customer who falls into an arm, or does once its condition holds. Which arm a user has is a hash
 * of the id, so customers are invented until one has it: nobody is put into it.
 */
export async function inventedFor({ experiment, variant }, locale, signal) {
  let last;
  for (let tried = 0; tried < MOST; tried += AT_ONCE) {
    const customers = Array.from({ length: AT_ONCE }, invented);
    const answers = await Promise.all(customers.map((one) => assignment(experiment, one, locale, signal)));
    const found = answers.find((one) => (one.variant ?? one.wouldBe) === variant);
    if (found) return found.userId;
    last = answers.find((one) => !one.variant) ?? last;
  }
  throw new Error(`None of ${MOST} invented customers falls into ${variant}${last ? `: ${noArm(last)}` : ""}.`);
}

/** What a step changed, in a line. No page, so that it can be tested alone. */

import { number, percent, words } from "../units.js";

/** So many steps and looks are remembered. */
const REMEMBERED = 50;

/**
 * The steps of one customer, each with what it changed. Steps and what is known come over different
 * connections, so it goes by positions: what was known as of an event belongs to the step that sent it.
 */
export class Steps {
  #steps = [];
  #known = [];
  #position;

  /** @param position says the token of the newest event that was accepted */
  constructor(position) {
    this.#position = position;
  }

  /** @param place where the step's effect is to be said */
  begin(place) {
    const step = { place, begunAt: this.#known.at(-1)?.at };
    this.#steps = [...this.#steps.slice(-REMEMBERED), step];
    return step;
  }

  /** The step's events are accepted. */
  sent(step) {
    step.at = placeOf(this.#position());
  }

  know(user) {
    const newest = this.#steps.at(-1);
    // what had to be sent again is the newest step's
    if (newest) this.sent(newest);
    this.#known = [...this.#known.slice(-REMEMBERED), { user, at: placeOf(user.prediction?.eventToken) }];
  }

  /** @returns `[place, effect]` of each step that changed something */
  effects() {
    return this.#steps.flatMap((step, i) => {
      const from = this.#steps.slice(0, i).findLast((one) => one.at)?.at ?? step.begunAt;
      const before = this.#known.findLast((one) => !isAfter(one.at, from));
      const now = this.#known.findLast((one) => isAfter(one.at, from) && !isAfter(one.at, step.at));
      const effect = now && effectOf(before?.user, now.user);
      return effect ? [[step.place, effect]] : [];
    });
  }
}

/** Epoch and offset; tokens of one user have nothing else that differs. */
const placeOf = (token) => token?.split("-").map(Number);

const isAfter = (one, other) =>
  one != null && (other == null || one[0] > other[0] || (one[0] === other[0] && one[1] > other[1]));

/** More than so many features are counted, not named. */
const NAMED = 3;

/**
 * @param before of /v1/users, or null
 * @param now the same after the step
 * @return the effect, or null when there is none
 */
export function effectOf(before, now) {
  const was = likely(before?.prediction);
  const is = likely(now.prediction);
  const others = [segments(before, now), features(before, now)].filter(Boolean);
  if (was === is && !others.length) return null;
  return [intent(was, is), ...others].filter(Boolean).join("; ") || null;
}

const likely = (prediction) =>
  prediction ? `${words(prediction.label)} ${percent(prediction.probabilities[prediction.label])}` : null;

/** Words that say little leave it as it was: that is said, too. */
function intent(was, is) {
  if (!was || !is) return is;
  return was === is ? `still ${is}` : `${was} → ${is}`;
}

function segments(before, now) {
  const had = new Set(before?.segments ?? []);
  const joined = now.segments.filter((name) => !had.has(name)).map((name) => `+${words(name)}`);
  const left = [...had].filter((name) => !now.segments.includes(name)).map((name) => `−${words(name)}`);
  return [...joined, ...left].join(", ");
}

function features(before, now) {
  if (!before) return null;
  const changed = Object.keys(now.features).filter((name) => now.features[name] !== before.features[name]);
  const named = changed.slice(0, NAMED).map((name) => `${words(name)} ${say(now.features[name])}`);
  const more = changed.length - named.length;
  return [...named, more > 0 && `${more} more`].filter(Boolean).join(", ");
}

const say = (value) => (typeof value === "number" ? number(value) : (value ?? "unknown"));

/** What a step changed, in a line. No page, so that it can be tested alone. */

import { number, percent, words } from "../units.js";

/** More than so many features are counted, not named. */
const NAMED = 3;

/**
 * @param before of /v1/users, or null
 * @param now the same after the step
 * @return the effect, or null when there is none
 */
export function effectOf(before, now) {
  const said = [intent(before?.prediction, now.prediction), segments(before, now), features(before, now)];
  return said.filter(Boolean).join("; ") || null;
}

function intent(before, now) {
  if (!now) return null;
  const likely = (one) => `${words(one.label)} ${percent(one.probabilities[one.label])}`;
  if (!before) return likely(now);
  if (likely(before) === likely(now)) return null;
  return `${likely(before)} → ${likely(now)}`;
}

function segments(before, now) {
  const had = new Set(before?.segments ?? []);
  const joined = now.segments.filter((name) => !had.has(name)).map((name) => `+${name}`);
  const left = [...had].filter((name) => !now.segments.includes(name)).map((name) => `−${name}`);
  return [...joined, ...left].join(", ");
}

function features(before, now) {
  if (!before) return null;
  const changed = Object.keys(now.features).filter((name) => now.features[name] !== before.features[name]);
  const named = changed.slice(0, NAMED).map((name) => `${name} ${say(now.features[name])}`);
  const more = changed.length - named.length;
  return [...named, more > 0 && `${more} more`].filter(Boolean).join(", ");
}

const say = (value) => (typeof value === "number" ? number(value) : (value ?? "unknown"));

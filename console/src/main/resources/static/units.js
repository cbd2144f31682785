/** Saying numbers, times and names. */

import { h } from "./dom.js";

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en", { maximumSignificantDigits: 3 });
const tenths = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });

const isKnown = (value) => value != null && Number.isFinite(value);

/** Up to three digits below 1,000, whole above; a dash for what isn't there. */
export function number(value) {
  if (!isKnown(value)) return "–";
  return Math.abs(value) < 1000 ? short.format(value) : whole.format(value);
}

export const count = (value) => (isKnown(value) ? whole.format(value) : "–");

/** A number with its noun. */
export const many = (n, one, more = `${one}s`) => `${count(n)} ${n === 1 ? one : more}`;

export const percent = (share) => (isKnown(share) ? `${tenths.format(share * 100)} %` : "–");

/** @param seconds from microseconds to days */
export function duration(seconds) {
  if (!isKnown(seconds)) return "–";
  const size = Math.abs(seconds);
  if (size === 0) return "0 s";
  if (size < 1) return `${number(seconds * 1000)} ms`;
  if (size < 59.5) return `${number(seconds)} s`;
  if (size < 7200) return `${tenths.format(seconds / 60)} min`;
  return size < 172_800 ? `${tenths.format(seconds / 3600)} h` : `${number(seconds / 86_400)} days`;
}

/** The time that something is counted over, which may just have begun. */
export function lately(seconds) {
  const whole = Math.max(Math.round(seconds), 2);
  return `last ${whole < 100 ? many(whole, "second") : many(Math.round(whole / 60), "minute")}`;
}

/** A length of time as one would say it. */
export function about(days) {
  if (!isKnown(days)) return "an unknown time";
  if (days <= 0) return "no time";
  if (days < 1 / 24) return "less than an hour";
  if (days < 1.5 / 24) return "about an hour";
  if (days < 1.5) return days < 23 / 24 ? `about ${Math.round(days * 24)} hours` : "about a day";
  if (days < 14) return `about ${Math.round(days)} days`;
  if (days < 75) return `about ${Math.round(days / 7)} weeks`;
  return days < 700 ? `about ${Math.round(days / 30.4)} months` : "more than two years";
}

/** How a metric's value is said, by its unit. */
export const VALUES = { share: percent, seconds: duration, number, count };

/** How a difference between two values is said, by their unit: always with its sign. */
export function difference(value, unit) {
  if (!isKnown(value)) return "–";
  const sign = value > 0 ? "+" : value < 0 ? "−" : "±";
  const size = Math.abs(value);
  if (unit === "share") {
    const points = size * 100;
    const said = points < 0.1 ? short.format(points) : tenths.format(points);
    return `${sign}${said} points`;
  }
  return `${sign}${unit === "seconds" ? duration(size) : number(size)}`;
}

const MOMENT = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const moment = new Intl.DateTimeFormat("en", MOMENT);
const exactMoment = new Intl.DateTimeFormat("en", { ...MOMENT, second: "2-digit" });
const shortDay = new Intl.DateTimeFormat("en", { day: "numeric", month: "short", timeZone: "UTC" });
const minuteOf = new Intl.DateTimeFormat("en", { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const datedMinuteOf = new Intl.DateTimeFormat("en", { weekday: "short", ...MOMENT });

const timeAs = (format) => (text) =>
  text ? h("time", { datetime: text, title: text }, format.format(new Date(text))) : "–";

/** An RFC 3339 time in the reader's own zone, to the minute. */
export const time = timeAs(moment);

/** The same to the second, where it is looked at what came before what. */
export const exactTime = timeAs(exactMoment);

const clockOf = new Intl.DateTimeFormat("en", { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const longDay = new Intl.DateTimeFormat("en", { weekday: "long", day: "numeric", month: "long", year: "numeric" });

/** The time of a day, in the reader's own zone. */
export const clock = (millis) => clockOf.format(millis);

/** A day in words, in the reader's own zone. */
export function dayOf(millis, now = Date.now()) {
  const day = new Date(millis).toDateString();
  if (day === new Date(now).toDateString()) return "Today";
  if (day === new Date(now - 86_400_000).toDateString()) return "Yesterday";
  return longDay.format(millis);
}

/** @param text a day such as 2026-01-31 */
export const day = (text) => shortDay.format(new Date(`${text}T00:00:00Z`));

/** @param seconds since 1970 */
export const minute = (seconds) => minuteOf.format(new Date(seconds * 1000));

/** The same with the day, for more than a week: it has each weekday more than once. */
export const datedMinute = (seconds) => datedMinuteOf.format(new Date(seconds * 1000));

export const words = (name) => String(name).replaceAll(/[_-]/g, " ");

/** With a capital letter. */
export const title = (name) => {
  const text = words(name);
  return text.charAt(0).toUpperCase() + text.slice(1);
};

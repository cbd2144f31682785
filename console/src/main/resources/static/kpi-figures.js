/** Which figures KPIs have, and what can be said of two periods. No page, so that it can be tested alone. */

const DAY_MS = 86_400_000;

/**
 * The first is what matters most. `better` says which way is good; without it neither is. A `glance` shows few of them, and
 * `short` heads a column.
 */
export const FIGURES = [
  {
    name: "handling_seconds_per_conversation",
    label: "Handling time a conversation",
    short: "Handling",
    unit: "seconds",
    better: "lower",
    tile: true,
    glance: true,
    chart: true,
    of: (row) => row.handling?.secondsPerConversation ?? null,
  },
  {
    name: "resolution_median_seconds",
    label: "Time to resolve (median)",
    short: "Resolved, median",
    unit: "seconds",
    better: "lower",
    tile: true,
    chart: true,
    of: (row) => row.resolution.medianSeconds,
  },
  {
    name: "resolution_p90_seconds",
    label: "90 % resolved within",
    short: "Resolved, 90 %",
    unit: "seconds",
    better: "lower",
    of: (row) => row.resolution.p90Seconds,
  },
  {
    name: "without_a_person_share",
    label: "Settled without a person",
    short: "Without a person",
    unit: "share",
    better: "higher",
    tile: true,
    glance: true,
    chart: true,
    of: (row) => (row.engagement.assistedShare == null ? null : 1 - row.engagement.assistedShare),
  },
  {
    name: "satisfied_share",
    label: "Satisfied (4 or 5 of 5)",
    short: "Satisfied",
    unit: "share",
    better: "higher",
    tile: true,
    glance: true,
    chart: true,
    of: (row) => row.csat.satisfiedShare,
  },
  {
    name: "conversations",
    label: "Conversations",
    unit: "count",
    chart: true,
    of: (row) => row.engagement.conversations,
  },
  {
    name: "messages_per_conversation",
    label: "Messages each",
    short: "Messages",
    unit: "number",
    of: (row) => row.engagement.messagesPerConversation,
  },
  {
    name: "quick_reply_share",
    label: "Used a quick reply",
    short: "Quick reply",
    unit: "share",
    of: (row) => row.engagement.quickReplyShare,
  },
  { name: "ratings", label: "Ratings", unit: "count", of: (row) => row.csat.ratings },
  { name: "issues_open", label: "Issues open", unit: "count", of: (row) => row.resolution.open },
];

const dayText = (millis) => new Date(millis).toISOString().slice(0, 10);

/** response-api keeps as many whole days. */
const KEPT_DAYS = 90;

/**
 * The last whole days, as many before them, and today, which is not over; UTC. Whole days are
 * compared with whole days only: in the morning today has seen little.
 *
 * @param today a Date
 * @returns `then` is null where not all of its days are kept
 */
export function periods(today, days) {
  const start = Date.parse(dayText(today.getTime()));
  const period = (first, last) => ({ from: dayText(start - first * DAY_MS), to: dayText(start - last * DAY_MS) });
  return {
    now: period(days, 1),
    then: 2 * days <= KEPT_DAYS ? period(2 * days, days + 1) : null,
    today: period(0, 0),
  };
}

/**
 * One value a day, null where there is none; the period before is moved under this one. Today is a
 * series of its own, behind the whole days.
 */
export function points(figure, { now, rows, rowsThen, rowsToday }, days) {
  const start = Date.parse(now.from);
  const at = (list, first, length) => {
    const byDay = new Map(list.map((row) => [row.value, figure.of(row)]));
    return Array.from({ length }, (_, i) => byDay.get(dayText(first + i * DAY_MS)) ?? null);
  };
  const end = start + days * DAY_MS;
  const noDay = Array.from({ length: days }, () => null);
  return {
    times: Array.from({ length: days + 1 }, (_, i) => (start + i * DAY_MS) / 1000),
    now: [...at(rows, start, days), null],
    then: [...at(rowsThen, start - days * DAY_MS, days), null],
    today: [...noDay, ...at(rowsToday, end, 1)],
  };
}

/** How a value moved: points for shares, percent for the rest; null where that can't be told. */
export function change(figure, now, then) {
  if (now == null || then == null || now === then) return null;
  const up = now > then;
  const size = figure.unit === "share" ? Math.abs(now - then) * 100 : then === 0 ? null : (Math.abs(now - then) / then) * 100;
  if (size == null) return null;
  const rounded = size < 10 ? Math.round(size * 10) / 10 : Math.round(size);
  const good = figure.better && (figure.better === "higher") === up;
  return {
    says: `${up ? "▲" : "▼"} ${rounded.toLocaleString("en")} ${figure.unit === "share" ? "points" : "%"}`,
    kind: !figure.better ? "dim" : good ? "up" : "down",
  };
}

/** A line for each row of either period, and of today. A text that a spreadsheet would reckon with is quoted. */
export function csv({ now, then, today, rows, rowsThen, rowsToday }, by) {
  const cell = (value) => {
    const text = value == null ? "" : String(value);
    const harmless = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\n\r]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
  };
  const line = (cells) => `${cells.map(cell).join(",")}\r\n`;
  const lines = (period, list) =>
    list.map((row) => line([period.from, period.to, row.value, ...FIGURES.map((one) => one.of(row))]));
  return [
    line(["from", "to", by, ...FIGURES.map((one) => one.name)]),
    ...lines(now, rows),
    ...(then ? lines(then, rowsThen) : []),
    ...(now === today ? [] : lines(today, rowsToday)),
  ].join("");
}

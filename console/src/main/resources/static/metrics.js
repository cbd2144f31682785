/** Prometheus' text format, and what can be said of two looks at it. */

const LINE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** A look at a service's metrics: name → series of labels and value. */
export class Metrics {
  #series = new Map();

  constructor(text) {
    for (const line of text.split("\n")) {
      const match = line.startsWith("#") ? null : LINE.exec(line);
      if (!match) continue;
      const [, name, labels, value] = match;
      const one = {
        labels: Object.fromEntries([...(labels ?? "").matchAll(LABEL)].map((m) => [m[1], m[2]])),
        value: Number(value),
      };
      if (!this.#series.has(name)) this.#series.set(name, []);
      this.#series.get(name).push(one);
    }
  }

  /** All series of a name whose labels pass. */
  of(name, passes = () => true) {
    return (this.#series.get(name) ?? []).filter((one) => passes(one.labels));
  }

  sum(name, passes) {
    return this.of(name, passes).reduce((sum, one) => sum + one.value, 0);
  }
}

/** How much a counter grew between two looks; a service that started anew counts from zero. */
export function growth(before, now, name, passes) {
  const grown = now.sum(name, passes) - (before?.sum(name, passes) ?? 0);
  return grown < 0 ? now.sum(name, passes) : grown;
}

/**
 * A quantile of what a histogram counted between two looks, as Prometheus' histogram_quantile
 * reckons it: straight between a bucket's bounds. Null when nothing was counted.
 */
export function quantile(before, now, name, q) {
  const at = (metrics) =>
    new Map(metrics.of(`${name}_bucket`).map((one) => [bound(one.labels.le), one.value]));
  const earlier = before ? at(before) : new Map();
  const buckets = [...at(now)]
    .map(([le, count]) => ({ le, count: count - (earlier.get(le) ?? 0) }))
    .sort((a, b) => a.le - b.le);
  const total = buckets.at(-1)?.count ?? 0;
  if (total <= 0) return null;
  let low = 0;
  let below = 0;
  for (const { le, count } of buckets) {
    if (count >= q * total) {
      return le === Infinity
        ? low
        : low + (le - low) * ((q * total - below) / Math.max(count - below, 1));
    }
    low = le;
    below = count;
  }
  return low;
}

const bound = (le) => (le === "+Inf" ? Infinity : Number(le));

package dev.attune.core.feature;

import dev.attune.core.feature.Feature.NumberFormula;
import dev.attune.core.feature.Feature.TokenFormula;
import java.util.TreeMap;

/** Formulas that are more than one accumulator's value. */
final class Formulas {
  /** Weighted token counts are given in eighths, because vectors carry whole counts. */
  static final int PARTS = 8;

  enum Take {
    MEAN,
    LAST,
    MAX
  }

  private Formulas() {}

  /** {@code (matching + weight · prior) / (all + weight)}. */
  static NumberFormula rate(WindowTiles matching, WindowTiles all, double prior, double weight) {
    return (context, _) ->
        (matching.count(context) + weight * prior) / (all.count(context) + weight);
  }

  /**
   * Sum of values, each worth {@code 2^(−age / half-life)}. Tiles are a half-life long, and their
   * sums as of their beginning; read in order, so that the bits are equal everywhere.
   */
  static NumberFormula decay(WindowTiles tiles) {
    Window window = tiles.window();
    return (context, _) -> {
      long current = window.tileOf(context.asOf());
      double[] sum = new double[1];
      tiles.forEach(
          context, (tile, micros) -> sum[0] += Math.scalb(micros / 1e6, (int) (tile - current)));
      return sum[0] == 0 ? 0 : sum[0] * StrictMath.pow(2, -window.phase(context.asOf()));
    };
  }

  /**
   * Seconds from the first unanswered {@code from} (tag 0) to the next {@code to} (tag 1), over the
   * kept events; with {@code chained} between one event and the next.
   */
  static NumberFormula between(RecentEvents events, Take take, boolean chained) {
    return (context, _) -> {
      var gaps = new Gaps(chained);
      events.forEachTag(context, gaps::collect);
      return gaps.result(take);
    };
  }

  /** Turns events, newest first, into gaps in time order. */
  private static final class Gaps {
    private final boolean chained;
    private final long[] times = new long[FormulaParser.KEPT_TIMES];
    private final int[] tags = new int[FormulaParser.KEPT_TIMES];
    private int size;

    Gaps(boolean chained) {
      this.chained = chained;
    }

    void collect(long time, int tag) {
      times[size] = time;
      tags[size++] = tag;
    }

    double result(Take take) {
      long open = Long.MIN_VALUE;
      long total = 0;
      long longest = 0;
      long last = 0;
      int count = 0;
      for (int i = size - 1; i >= 0; i--) {
        boolean closes = chained || tags[i] == 1;
        if (closes && open != Long.MIN_VALUE) {
          last = times[i] - open;
          total += last;
          longest = Math.max(longest, last);
          count++;
          open = Long.MIN_VALUE;
        }
        if ((chained || tags[i] == 0) && open == Long.MIN_VALUE) {
          open = times[i];
        }
      }
      if (count == 0) {
        return Double.NaN;
      }
      return switch (take) {
        case MEAN -> total / 1e3 / count;
        case LAST -> last / 1e3;
        case MAX -> longest / 1e3;
      };
    }
  }

  /** Sessions that began in the window: those that are final and those that may still change. */
  static NumberFormula sessions(WindowTiles finished) {
    Window window = finished.window();
    return (context, _) -> {
      double count = finished.count(context);
      long oldest = window.oldestTile(context.asOf());
      for (long start : context.sessions().starts()) {
        count += window.tileOf(start) >= oldest ? 1 : 0;
      }
      return count;
    };
  }

  static NumberFormula otherwise(NumberFormula formula, double value) {
    return Double.isNaN(value)
        ? formula
        : (context, numbers) -> {
          double read = formula.read(context, numbers);
          return Double.isNaN(read) ? value : read;
        };
  }

  /** The newest message's tokens, or the sum of the kept messages', weighted by age. */
  static TokenFormula tokens(RecentEvents messages, long halfLife, boolean onlyLast) {
    return onlyLast ? messages::newestBag : weighted(messages, halfLife);
  }

  private static TokenFormula weighted(RecentEvents messages, long halfLife) {
    return context -> {
      var bags = new java.util.ArrayList<TokenBag>();
      var ages = new java.util.ArrayList<Long>();
      messages.forEachBag(
          context,
          (time, bag) -> {
            bags.add(bag);
            ages.add(Math.max(0, context.asOf() - time));
          });
      if (bags.isEmpty()) {
        return TokenBag.EMPTY;
      }
      var sums = new TreeMap<Integer, Double>(Integer::compareUnsigned);
      for (int b = 0; b < bags.size(); b++) {
        double weight =
            halfLife == 0 ? 1 : PARTS * StrictMath.pow(2, -(double) ages.get(b) / halfLife);
        TokenBag bag = bags.get(b);
        for (int i = 0; i < bag.size(); i++) {
          sums.merge(bag.hashes()[i], weight * bag.counts()[i], Double::sum);
        }
      }
      return rounded(sums);
    };
  }

  private static TokenBag rounded(TreeMap<Integer, Double> sums) {
    sums.values().removeIf(sum -> Math.rint(sum) <= 0);
    int[] hashes = sums.keySet().stream().mapToInt(Integer::intValue).toArray();
    int[] counts = sums.values().stream().mapToInt(sum -> (int) Math.rint(sum)).toArray();
    return new TokenBag(hashes, counts);
  }
}

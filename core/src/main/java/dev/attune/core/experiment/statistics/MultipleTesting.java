package dev.attune.core.experiment.statistics;

import java.util.Comparator;
import java.util.stream.IntStream;

/** p-values of several metrics, corrected for there being several. */
public final class MultipleTesting {
  private MultipleTesting() {}

  /**
   * Holm's step-down: the chance of one false finding among all stays below α. Source: Holm, "A
   * simple sequentially rejective multiple test procedure" (Scand. J. Statistics 1979).
   */
  public static double[] holm(double... p) {
    double[] corrected = new double[p.length];
    double highest = 0;
    int rank = 0;
    for (int i : ascending(p)) {
      highest = Math.max(highest, Math.min(1, (p.length - rank) * p[i]));
      corrected[i] = highest;
      rank++;
    }
    return corrected;
  }

  /**
   * Benjamini and Hochberg's step-up: the expected share of false ones among the findings stays
   * below α. Source: "Controlling the false discovery rate" (J. R. Statist. Soc. B 1995).
   */
  public static double[] benjaminiHochberg(double... p) {
    double[] corrected = new double[p.length];
    int[] order = ascending(p);
    double lowest = 1;
    for (int rank = p.length; rank >= 1; rank--) {
      int i = order[rank - 1];
      lowest = Math.min(lowest, p.length * p[i] / rank);
      corrected[i] = lowest;
    }
    return corrected;
  }

  private static int[] ascending(double[] p) {
    return IntStream.range(0, p.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> p[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}

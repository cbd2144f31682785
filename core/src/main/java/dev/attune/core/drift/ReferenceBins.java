package dev.attune.core.drift;

import dev.attune.core.feature.Memberships;
import dev.attune.core.scoring.Encoding;
import dev.attune.core.scoring.ModelManifest.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Distributions of values, as a reference that others are compared with. */
public final class ReferenceBins {
  private static final int BINS = 10;
  private static final int VALUES = 20;

  /**
   * Values within this share of the range are alike. A feature that decays is 3.998 here and 3.997
   * there for the same four events, by seconds that mean nothing.
   */
  private static final double ALIKE = 0.01;

  private static final String MEMBER = "member";
  private static final String OTHER = "other";

  private ReferenceBins() {}

  /**
   * About ten bins of equal shares, fewer where values repeat. An edge lies between groups of alike
   * values, not within one.
   *
   * @param values NaN is missing
   * @param rows how many of them count as independent
   */
  public static Reference numbers(String feature, double[] values, double rows) {
    double[] present = Arrays.stream(values).filter(v -> !Double.isNaN(v)).sorted().toArray();
    List<Double> edges = edges(present);
    double[] counts = new double[edges.size() + 1];
    for (double value : present) {
      counts[bin(edges, value)]++;
    }
    return new Reference(
        feature,
        edges,
        null,
        shares(counts, present.length),
        missing(values.length, present.length),
        rows);
  }

  private static int bin(List<Double> edges, double value) {
    int bin = 0;
    while (bin < edges.size() && value >= edges.get(bin)) {
      bin++;
    }
    return bin;
  }

  /** Which of a reference's shares a number counts to; behind the last one when it is missing. */
  public static int bin(Reference reference, double number) {
    int bins = reference.shares().size();
    List<Double> edges = reference.edges() == null ? List.of() : reference.edges();
    return Double.isNaN(number) ? bins : Math.min(bin(edges, number), bins - 1);
  }

  /**
   * The same of a value: what was not among the frequent ones counts to the last share, for all
   * others.
   */
  public static int bin(Reference reference, @Nullable String value) {
    int bins = reference.shares().size();
    List<String> values = reference.values() == null ? List.of() : reference.values();
    int place = value == null ? bins : values.indexOf(value);
    return place < 0 ? bins - 1 : place;
  }

  /** One edge about each tenth, where the values next to it are farthest apart. */
  private static List<Double> edges(double[] sorted) {
    List<Double> edges = new ArrayList<>();
    double alike = ALIKE * range(sorted);
    for (int tenth = 1; tenth < BINS; tenth++) {
      int from = Math.max(1, rank(sorted, 2 * tenth - 1));
      int to = Math.max(from + 1, rank(sorted, 2 * tenth + 1));
      int cut = widestGap(sorted, from, Math.min(to, sorted.length));
      if (cut > 0 && (gap(sorted, cut) > alike || sorted[to - 1] - sorted[from - 1] > alike)) {
        edges.add(sorted[cut - 1] + gap(sorted, cut) / 2);
      }
    }
    return edges;
  }

  private static int rank(double[] sorted, int halves) {
    return (int) ((long) sorted.length * halves / (2 * BINS));
  }

  /** Of the middle eight tenths; of all if these are one value. */
  private static double range(double[] sorted) {
    if (sorted.length == 0) {
      return 0;
    }
    double middle = sorted[rank(sorted, 2 * BINS - 2)] - sorted[rank(sorted, 2)];
    return middle > 0 ? middle : sorted[sorted.length - 1] - sorted[0];
  }

  /** Before which value; 0 where all are the same. The one nearest to the middle, of equal gaps. */
  private static int widestGap(double[] sorted, int from, int to) {
    int widest = 0;
    for (int i = from; i < to; i++) {
      boolean wider = widest == 0 ? gap(sorted, i) > 0 : gap(sorted, i) > gap(sorted, widest);
      boolean nearer =
          widest > 0
              && gap(sorted, i) == gap(sorted, widest)
              && Math.abs(2 * i - from - to) < Math.abs(2 * widest - from - to);
      if (wider || nearer) {
        widest = i;
      }
    }
    return widest;
  }

  private static double gap(double[] sorted, int i) {
    return sorted[i] - sorted[i - 1];
  }

  /**
   * The most frequent values, a share each, and one share for all others.
   *
   * @param all null is missing
   * @param rows how many of them count as independent
   */
  public static Reference categories(String feature, List<@Nullable String> all, double rows) {
    Map<String, Integer> counts = new TreeMap<>();
    int present = 0;
    for (String text : all) {
      if (text != null) {
        counts.merge(text, 1, Integer::sum);
        present++;
      }
    }
    List<String> values =
        counts.entrySet().stream()
            .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
            .limit(VALUES)
            .map(Map.Entry::getKey)
            .toList();
    return new Reference(
        feature,
        null,
        values,
        shares(withOthers(values, counts, present), present),
        missing(all.size(), present),
        rows);
  }

  /**
   * Two shares: of those in a segment, and of the others.
   *
   * @param rows how many of them count as independent
   */
  public static Reference memberships(
      Encoding.Segment segment, List<@Nullable Memberships> all, double rows) {
    double[] counts = new double[2];
    int present = 0;
    for (Memberships memberships : all) {
      String value = membership(segment, memberships);
      if (value != null) {
        counts[value.equals(MEMBER) ? 0 : 1]++;
        present++;
      }
    }
    return new Reference(
        segment.feature(),
        null,
        List.of(MEMBER),
        shares(counts, present),
        missing(all.size(), present),
        rows);
  }

  /** As a value of such a reference; null where it is not known. */
  public static @Nullable String membership(
      Encoding.Segment segment, @Nullable Memberships memberships) {
    int index =
        memberships == null ? -1 : memberships.indexOf(segment.definition(), segment.index());
    return memberships == null || index < 0 ? null : memberships.members()[index] ? MEMBER : OTHER;
  }

  private static double[] withOthers(
      List<String> values, Map<String, Integer> counts, int present) {
    double[] of = new double[values.size() + 1];
    int named = 0;
    for (int i = 0; i < values.size(); i++) {
      of[i] = counts.getOrDefault(values.get(i), 0);
      named += (int) of[i];
    }
    of[values.size()] = present - named;
    return of;
  }

  private static List<Double> shares(double[] counts, int total) {
    return Arrays.stream(counts).map(count -> count / Math.max(1, total)).boxed().toList();
  }

  private static double missing(int all, int present) {
    return all == 0 ? 0 : (all - present) / (double) all;
  }
}

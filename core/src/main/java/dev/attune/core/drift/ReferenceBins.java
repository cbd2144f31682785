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
   * Neighbours are alike when they differ by at most this share of their size, or of the range of
   * the middle eight tenths if that is smaller. A feature that decays is a slightly different
   * number at each moment, for the same events.
   */
  private static final double ALIKE = 0.01;

  /** The same for the first and the last of a group. */
  private static final double WIDEST_GROUP = 0.05;

  private static final String MEMBER = "member";
  private static final String OTHER = "other";

  private ReferenceBins() {}

  /**
   * Bins of a tenth each. Where values repeat, or are alike, an edge lies beside their group and
   * not within it; so there are fewer bins, of other shares.
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

  private static List<Double> edges(double[] sorted) {
    List<Double> edges = new ArrayList<>();
    double range = sorted.length == 0 ? 0 : tenth(sorted, BINS - 1) - tenth(sorted, 1);
    int before = 0;
    for (int bin = 1; bin < BINS && sorted.length > 0; bin++) {
      int cut = cut(sorted, rank(sorted, bin), range);
      if (cut > before && cut < sorted.length) {
        edges.add((sorted[cut - 1] + sorted[cut]) / 2);
        before = cut;
      }
    }
    return edges;
  }

  private static double tenth(double[] sorted, int bin) {
    return sorted[rank(sorted, bin)];
  }

  private static int rank(double[] sorted, int bin) {
    return (int) ((long) sorted.length * bin / BINS);
  }

  /** The first value of the next bin: that of the rank, or of the nearer end of its group. */
  private static int cut(double[] sorted, int rank, double range) {
    double size = Math.min(Math.abs(sorted[rank]), range);
    int from = groupStart(sorted, rank, ALIKE * size);
    int to = groupEnd(sorted, rank, ALIKE * size);
    if (sorted[to - 1] - sorted[from] > WIDEST_GROUP * size) {
      // values lie close everywhere, so there are no groups but of equal ones
      from = groupStart(sorted, rank, 0);
      to = groupEnd(sorted, rank, 0);
    }
    return to == sorted.length || (from > 0 && rank - from <= to - rank) ? from : to;
  }

  private static int groupStart(double[] sorted, int rank, double alike) {
    int from = rank;
    while (from > 0 && sorted[from] - sorted[from - 1] <= alike) {
      from--;
    }
    return from;
  }

  private static int groupEnd(double[] sorted, int rank, double alike) {
    int to = rank + 1;
    while (to < sorted.length && sorted[to] - sorted[to - 1] <= alike) {
      to++;
    }
    return to;
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

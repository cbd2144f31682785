package dev.attune.bench;

import java.util.Comparator;
import java.util.List;

/** A figure and what it is compared with, measured one right after the other. */
public record Pair(double value, double baseline) {
  public double ratio() {
    return value / baseline;
  }

  /**
   * The round in the middle by its ratio: one that a neighbour on the machine disturbed does not
   * decide.
   *
   * @param rounds an odd number: of an even one none is in the middle
   */
  public static Pair median(List<Pair> rounds) {
    List<Pair> sorted = rounds.stream().sorted(Comparator.comparingDouble(Pair::ratio)).toList();
    return sorted.get(sorted.size() / 2);
  }
}

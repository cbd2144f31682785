package dev.attune.bench;

import java.util.Comparator;
import java.util.List;

/** A figure and what it is compared with, measured one right after the other. */
public record ComparedFigure(double value, double baseline) {
  public double ratio() {
    return value / baseline;
  }

  /**
   * The round in the middle by its ratio: one that a neighbour on the machine disturbed does not
   * decide.
   *
   * @param rounds an odd number: of an even one none is in the middle
   */
  public static ComparedFigure median(List<ComparedFigure> rounds) {
    List<ComparedFigure> sorted =
        rounds.stream().sorted(Comparator.comparingDouble(ComparedFigure::ratio)).toList();
    return sorted.get(sorted.size() / 2);
  }
}

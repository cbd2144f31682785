package dev.attune.core.yaml;

import java.util.Collection;
import java.util.Optional;

/**
 * Finds the word that was probably meant. The distance is the Damerau-Levenshtein distance in its
 * simple form, the optimal string alignment: how many letters are added, lost, changed, or swapped
 * with the next one.
 */
public final class Spelling {
  private Spelling() {}

  /** The nearest of the known words; empty when none is near. */
  public static Optional<String> nearest(String given, Collection<String> known) {
    String nearest = null;
    int best = farthest(given.length()) + 1;
    for (String candidate : known) {
      int distance = ofNames(given, candidate);
      if (distance < best) {
        best = distance;
        nearest = candidate;
      }
    }
    return Optional.ofNullable(nearest);
  }

  /** Of two letters one may differ, of three to eight letters two, then a third of them. */
  private static int farthest(int length) {
    return length < 3 ? 1 : Math.max(2, length / 3);
  }

  /**
   * A prefix that only one of the two has does not count: {@code clicks} and {@code
   * features.clicks}.
   */
  private static int ofNames(String given, String known) {
    boolean prefixed = given.contains(".") != known.contains(".");
    return prefixed ? distance(lastPart(given), lastPart(known)) : distance(given, known);
  }

  private static String lastPart(String name) {
    return name.substring(name.lastIndexOf('.') + 1);
  }

  static int distance(String a, String b) {
    int[] beforeLast = new int[b.length() + 1];
    int[] last = new int[b.length() + 1];
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] free = beforeLast;
      beforeLast = last;
      last = row;
      row = free;
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int changed = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(changed, Math.min(last[j], row[j - 1]) + 1);
        if (isSwapped(a, i, b, j)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
    }
    return row[b.length()];
  }

  private static boolean isSwapped(String a, int i, String b, int j) {
    return i > 1
        && j > 1
        && a.charAt(i - 1) == b.charAt(j - 2)
        && a.charAt(i - 2) == b.charAt(j - 1);
  }
}

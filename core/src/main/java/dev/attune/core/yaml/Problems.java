package dev.attune.core.yaml;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong while a playbook is read, so that one run shows everything. */
public final class Problems {
  private final List<Problem> found = new ArrayList<>();

  public void add(String file, int line, String message) {
    add(new Problem(file, line, message));
  }

  void add(Problem problem) {
    if (!found.contains(problem)) {
      found.add(problem);
    }
  }

  public List<Problem> list() {
    return found.stream()
        .sorted(Comparator.comparing(Problem::file).thenComparingInt(Problem::line))
        .toList();
  }

  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw new PlaybookException(list());
    }
  }

  /** " (did you mean `x`?)" for the nearest known word, else the known words, else nothing. */
  public static String suggestion(String given, Collection<String> known) {
    String nearest = null;
    int best = Math.max(2, given.length() / 3) + 1;
    for (String candidate : known) {
      int distance = distance(given, candidate);
      if (distance < best) {
        best = distance;
        nearest = candidate;
      }
    }
    if (nearest != null) {
      return " (did you mean `" + nearest + "`?)";
    }
    return known.isEmpty() || known.size() > 24
        ? ""
        : " (known: " + String.join(", ", known.stream().sorted().toList()) + ")";
  }

  /** Levenshtein's distance. */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}

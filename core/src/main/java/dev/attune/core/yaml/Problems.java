package dev.attune.core.yaml;

import dev.attune.core.yaml.Problem.Severity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong while a playbook is read, so that one run shows everything. */
public final class Problems {
  private final List<Problem> found = new ArrayList<>();

  /** The files with problems, in the order in which they were read. */
  private final List<String> files = new ArrayList<>();

  /** An error of a file as a whole. */
  public void add(String file, int line, String message) {
    add(new Problem(file, line, 1, Severity.ERROR, message));
  }

  /** A warning of a file as a whole. */
  public void warn(String file, String message) {
    add(new Problem(file, 1, 1, Severity.WARNING, message));
  }

  /** Those that another reading found. */
  public void addAll(List<Problem> problems) {
    problems.forEach(this::add);
  }

  void add(Problem problem) {
    if (!files.contains(problem.file())) {
      files.add(problem.file());
    }
    if (!found.contains(problem)) {
      found.add(problem);
    }
  }

  /**
   * All of them by file, line and column. The file that was read first comes first: a mistake there
   * is often the cause of what is wrong in the files that build on it.
   */
  public List<Problem> list() {
    return found.stream()
        .sorted(
            Comparator.comparingInt((Problem problem) -> files.indexOf(problem.file()))
                .thenComparingInt(Problem::line)
                .thenComparingInt(Problem::column))
        .toList();
  }

  public List<Problem> warnings() {
    return list().stream().filter(problem -> problem.severity() == Severity.WARNING).toList();
  }

  /**
   * @throws PlaybookException with the warnings too, when there is an error
   */
  public void throwIfAny() {
    if (found.stream().anyMatch(problem -> problem.severity() == Severity.ERROR)) {
      throw new PlaybookException(list());
    }
  }

  /** " (did you mean `x`?)" for the nearest known word, else the known words, else nothing. */
  public static String suggestion(String given, Collection<String> known) {
    return Spelling.nearest(given, known)
        .map(word -> " (did you mean `" + word + "`?)")
        .orElseGet(
            () ->
                known.isEmpty() || known.size() > 24
                    ? ""
                    : " (known: " + String.join(", ", known.stream().sorted().toList()) + ")");
  }
}

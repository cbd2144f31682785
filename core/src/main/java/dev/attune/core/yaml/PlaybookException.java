package dev.attune.core.yaml;

import java.util.List;
import java.util.stream.Collectors;

/** A playbook that must not start anything; carries every problem, not only the first. */
public final class PlaybookException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  public PlaybookException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  public List<Problem> problems() {
    return problems;
  }
}

package dev.attune.core.yaml;

import static org.assertj.core.api.Assertions.assertThat;

/** What a file with one mistake is told. */
public final class OnlyProblem {
  private OnlyProblem() {}

  /** Its message; fails when there is none or a second one. */
  public static String of(Problems problems) {
    assertThat(problems.list()).hasSize(1);
    return problems.list().getFirst().message();
  }
}

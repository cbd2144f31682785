package dev.attune.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class RowTest {
  @Test
  void holdsTheRatioAgainstTheGoal() {
    Row row = Row.of("events", 70, "events/s").comparedWith("another", 100);

    assertThat(row.ratio()).hasValue(0.7);
    assertThat(row.met()).isEmpty();
    assertThat(row.goal(Goal.ratioAtLeast(0.6)).met()).contains(true);
    assertThat(row.goal(Goal.ratioAtLeast(0.71)).met()).contains(false);
    assertThat(row.goal(Goal.ratioAtMost(0.7)).met()).contains(true);
  }

  @Test
  void holdsTheValueAgainstTheGoal() {
    Row row = Row.of("p99", 15, "ms");

    assertThat(row.goal(Goal.valueAtMost(15)).met()).contains(true);
    assertThat(row.goal(Goal.valueAtMost(14.9)).met()).contains(false);
    assertThat(row.goal(Goal.valueAtLeast(16)).met()).contains(false);
  }

  @Test
  void aRatioThatNobodyMeasuredMeetsNothing() {
    assertThat(Row.of("x", 1, "s").goal(Goal.ratioAtMost(9)).met()).contains(false);
    assertThat(Row.of("x", Double.NaN, "s").comparedWith("y", 1).goal(Goal.ratioAtLeast(0)).met())
        .contains(false);
  }

  @Test
  void takesTheRoundInTheMiddle() {
    List<ComparedFigure> rounds =
        List.of(new ComparedFigure(10, 10), new ComparedFigure(2, 10), new ComparedFigure(60, 100));

    assertThat(ComparedFigure.median(rounds)).isEqualTo(new ComparedFigure(60, 100));
    assertThat(ComparedFigure.median(rounds.subList(0, 1))).isEqualTo(new ComparedFigure(10, 10));
  }
}

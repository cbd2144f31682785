package dev.attune.simulation.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.simulation.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArmComparisonTest {
  @Test
  void comparesTreatmentWithControl() {
    List<Outcome> outcomes = new ArrayList<>();
    add(outcomes, "control", 100, 40);
    add(outcomes, "treatment", 100, 70);

    var difference = ArmComparison.of(outcomes).orElseThrow().difference().orElseThrow();

    // by hand: all vary by 0.2475 together, which is more than 0.24 and 0.21 of the arms alone;
    // the error is sqrt(2 · 0.2475/99.5), and at 200 of 500 planned users the interval reaches
    // 3.124 of it
    assertThat(difference.value()).isCloseTo(0.3, within(1e-9));
    assertThat(difference.interval().halfWidth()).isCloseTo(3.1238 * 0.07053, within(1e-3));
    assertThat(difference.isClear()).isTrue();
  }

  @Test
  void countsACustomerOnceHoweverOftenTheyCame() {
    List<Outcome> outcomes = new ArrayList<>();
    outcomes.add(new Outcome("u", "refund", "e", "control", true, 1));
    outcomes.add(new Outcome("u", "refund", "e", "control", false, 1));

    var arm = ArmComparison.of(outcomes).orElseThrow().arms().getFirst();

    assertThat(arm.customers()).isEqualTo(1);
    assertThat(arm.share()).isEqualTo(0.5);
  }

  @Test
  void givesNoIntervalForAHandfulOfCustomers() {
    List<Outcome> outcomes = new ArrayList<>();
    add(outcomes, "control", 29, 5);
    add(outcomes, "treatment", 40, 30);

    assertThat(ArmComparison.of(outcomes).orElseThrow().difference()).isEmpty();
  }

  @Test
  void isEmptyWhenNobodyWasInAnExperiment() {
    assertThat(ArmComparison.of(List.of(new Outcome("u", "refund", null, null, true, 1))))
        .isEmpty();
  }

  private static void add(List<Outcome> outcomes, String arm, int customers, int settled) {
    for (int i = 0; i < customers; i++) {
      outcomes.add(new Outcome(arm + i, "refund", "e", arm, i < settled, 1));
    }
  }
}

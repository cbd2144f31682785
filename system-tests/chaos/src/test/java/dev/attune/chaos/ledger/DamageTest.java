package dev.attune.chaos.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.chaos.Check;
import dev.attune.schemas.Position;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The control at the end of each run: damage to what it holds is noticed, all of it. */
class DamageTest {
  private static final SentEvent ONLY = new SentEvent("e1", "once-1", true);

  private final Ledger ledger = new Ledger();
  private final StoredEvents stored = new StoredEvents();
  private final CountedEvents counted = new CountedEvents();

  @Test
  void everyDamageToAWholeRunIsNoticed() {
    Evidence whole = run();

    assertThat(whole.checks()).allMatch(Check::held);
    assertThat(Damage.control(whole))
        .extracting(Check::seen, Check::held)
        .containsExactly("8 of 8 noticed", true);
    assertThat(whole.checks()).as("the damage was done to copies").allMatch(Check::held);
  }

  /** Nothing that could be damaged: such a run shows nothing. */
  @Test
  void aRunWithoutRecordsIsNoControl() {
    Evidence empty =
        new Evidence(
            ledger,
            new FaultTimes(),
            stored,
            counted,
            Map.of(),
            Map.of(),
            Map.of(),
            Set.of(),
            Map.of());

    assertThat(Damage.control(empty).held()).isFalse();
    assertThat(Damage.control(empty).seen()).startsWith("0 of 8 noticed");
  }

  private Evidence run() {
    ledger.sending(List.of(ONLY));
    ledger.accepted(List.of(ONLY), Map.of("once-1", "0-0"), 0);
    stored.add(0, 0, ONLY);
    counted.add(0, 0, "once-1", 1);
    Map<String, UserRow> rows =
        Map.of("once-1", new UserRow(new Position(0, 0, 0), List.of(Double.NaN, 1.0)));
    return new Evidence(
        ledger,
        new FaultTimes(),
        stored,
        counted,
        Map.of("once-1", 1.0),
        rows,
        rows,
        Set.of("d1"),
        Map.of("d1", 1));
  }
}

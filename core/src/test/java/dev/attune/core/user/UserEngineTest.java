package dev.attune.core.user;

import static dev.attune.core.feature.Events.DAY_ONE;
import static dev.attune.core.feature.Events.click;
import static dev.attune.core.feature.Events.event;
import static dev.attune.core.feature.Events.message;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.schemas.Position;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.SegmentChange;
import dev.attune.schemas.avro.UserErased;
import org.junit.jupiter.api.Test;

class UserEngineTest {
  private static final long H = 3_600_000;
  private static final String FEATURES =
      """
      features:
        clicks: {count: clicked}
        clicks_1h: {count: clicked, window: 1h}
        last: {last: clicked.element}
      """;

  private final Run run =
      Run.of(
          FEATURES,
          """
          segments:
            keen: {enter: clicks_1h >= 3, leave: clicks_1h < 2}
            silent: {enter: clicks == 0}
          """);

  @Test
  void countsAnIdOnceButAdvancesThePosition() {
    InteractionEvent click = click(0, "a");

    run.with(click, click, click);

    assertThat(run.value("clicks")).isEqualTo(1.0);
    assertThat(run.dispositions)
        .containsExactly(Disposition.COUNTED, Disposition.DUPLICATE, Disposition.DUPLICATE);
    assertThat(run.state().position()).isEqualTo(new Position(0, 0, 2));
  }

  @Test
  void forgetsAnIdADayAfterItsReceipt() {
    InteractionEvent click = click(0, "a");
    var again = InteractionEvent.newBuilder(click).setReceivedAt(DAY_ONE + 26 * H).build();
    var soon = InteractionEvent.newBuilder(click).setReceivedAt(DAY_ONE + 24 * H - 1).build();

    run.with(click, soon, again);

    assertThat(run.dispositions)
        .containsExactly(Disposition.COUNTED, Disposition.DUPLICATE, Disposition.COUNTED);
  }

  @Test
  void keepsAtMost4096IdsAndCountsTheForgotten() {
    InteractionEvent first = click(0, "a");
    run.with(first);
    for (int i = 0; i < SeenIds.MOST; i++) {
      run.with(click(i, "b"));
    }

    assertThat(run.state().forgottenIds()).isEqualTo(1);
    assertThat(run.apply(first).disposition()).isEqualTo(Disposition.COUNTED);
    assertThat(run.state().toBytes().length).isLessThan(30_000);
  }

  @Test
  void keepsOutWhatIsOlderThanTheGrace() {
    run.with(click(24 * H, "new"), click(0, "late"), click(-1, "too late"));

    assertThat(run.dispositions)
        .containsExactly(Disposition.COUNTED, Disposition.COUNTED, Disposition.TOO_LATE);
    assertThat(run.value("clicks")).isEqualTo(2.0);
    assertThat(run.value("last")).isEqualTo("new");
    assertThat(run.state().position().offset()).isEqualTo(2);
  }

  @Test
  void clampsTheFutureToReceipt() {
    var future = event("clicked", 0).setOccurredAt(DAY_ONE + 1000 * H).build();

    run.with(future);

    assertThat(run.state().newestMillis()).isEqualTo(DAY_ONE);
  }

  /** A client's clock of 1970 or 2100, or a day off, must not push anybody's windows ahead. */
  @Test
  void keepsWindowsWhereReceiptIsWhateverTheClientsClockSays() {
    long year1970 = -DAY_ONE;
    long year2100 = 74L * 365 * 24 * H;

    run.with(click(0, "a"));
    for (long clock : new long[] {year2100, 24 * H, -24 * H, year1970}) {
      run.with(event("clicked", 0).setOccurredAt(DAY_ONE + clock).build());
    }

    assertThat(run.state().newestMillis()).isEqualTo(DAY_ONE);
    assertThat(run.dispositions)
        .containsExactly(
            Disposition.COUNTED,
            Disposition.COUNTED,
            Disposition.COUNTED,
            Disposition.COUNTED,
            Disposition.TOO_LATE);
    assertThat(run.value("clicks_1h")).isEqualTo(3.0);
  }

  @Test
  void entersAndLeavesSegmentsWithHysteresis() {
    run.with(click(0, "a"), click(1, "a"), click(2, "a"));
    assertThat(run.state().segments()).containsExactly("keen");
    run.with(message(61 * 60_000, "x"));

    assertThat(run.state().segments()).isEmpty();
    assertThat(run.changes)
        .extracting(SegmentChange::getSegment, SegmentChange::getChange, SegmentChange::getOffset)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("keen", "entered", 2L),
            org.assertj.core.groups.Tuple.tuple("keen", "left", 3L));
  }

  @Test
  void staysBetweenEnterAndLeave() {
    run.with(click(0, "a"), click(30 * 60_000, "a"), click(40 * 60_000, "a"));
    run.with(message(70 * 60_000, "x"));

    assertThat(run.value("clicks_1h")).isEqualTo(2.0);
    assertThat(run.state().segments()).containsExactly("keen");
  }

  @Test
  void erasesEverythingButThePosition() {
    run.with(click(0, "a"), click(1, "a"), click(2, "a"));
    int before = run.state().toBytes().length;
    var erasure = event("user_erased", 3).setUserErased(new UserErased("r-1")).build();

    UserUpdate step = run.apply(erasure);

    assertThat(step.disposition()).isEqualTo(Disposition.ERASED);
    assertThat(run.changes.getLast().getChange()).isEqualTo("left");
    assertThat(run.state().isErased()).isTrue();
    assertThat(run.state().position().offset()).isEqualTo(3);
    assertThat(run.state().toBytes().length).isLessThan(before).isLessThan(32);
    assertThat(run.values()).containsEntry("clicks", 0.0).containsEntry("last", null);
    run.with(click(4, "again"));
    assertThat(run.state().isErased()).isFalse();
    assertThat(run.value("clicks")).isEqualTo(1.0);
  }

  @Test
  void readsARowThatOtherFeaturesWrote() {
    run.with(click(0, "a"), click(1, "b"));
    Run changed = Run.of("features: {other: {count: message_sent}, clicks: {count: clicked}}");

    changed.from(run.row);

    assertThat(changed.values()).containsEntry("clicks", 2.0).containsEntry("other", 0.0);
    changed.with(message(2, "x"));
    assertThat(changed.values()).containsEntry("clicks", 2.0).containsEntry("other", 1.0);
  }

  @Test
  void readsAndWritesTheSameBytes() {
    run.with(click(0, "a"), message(1, "b"));
    UserState state = run.state();

    run.engine.read(state, 0);
    state.touch();

    assertThat(state.toBytes()).isEqualTo(run.row);
  }

  @Test
  void refusesARowThatIsNone() {
    assertThatThrownBy(() -> UserState.fromBytes(new byte[] {9, 0, 0}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("version");
    assertThatThrownBy(() -> UserState.fromBytes(new byte[] {2, 0}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("too early");
  }
}

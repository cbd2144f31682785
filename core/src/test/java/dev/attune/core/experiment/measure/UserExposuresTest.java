package dev.attune.core.experiment.measure;

import static dev.attune.core.experiment.measure.SimulatedExperiment.HOUR;
import static dev.attune.core.experiment.measure.SimulatedExperiment.START;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.attune.core.experiment.Experiments;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserExposuresTest {
  private static final String METRICS =
      """
      handling: {kind: agent_handling_time, window: 24h}
      handoff: {kind: handoff_rate, window: 24h}
      time: {kind: resolution_time, window: 24h}
      solved: {kind: resolution_rate, within: 2h, window: 24h}
      csat: {kind: csat_mean, window: 24h}
      good: {kind: csat_share, window: 24h}
      buttons: {kind: quick_reply_use, window: 24h}
      talk: {kind: messages_per_session, window: 24h}
      back: {kind: return_rate, window: 7d}
      wrote: {count: message_sent where length > 1, window: 24h}
      tenth: {quantile: agent_replied.responseSeconds, q: 0.9, window: 24h}
      """;
  private static final String JUDGE =
      """
      goal: handling
      others: [handoff, time, solved, csat, good, buttons, talk, back, wrote, tenth]
      """;

  private final Experiments experiments = SimulatedExperiment.experiments(METRICS, JUDGE);
  private final Covariates covariates = new Covariates(SimulatedExperiment.features());

  private static List<InteractionEvent> aDay() {
    return new ArrayList<>(
        List.of(
            SimulatedExperiment.came(START + 1),
            SimulatedExperiment.wrote(START + 10),
            SimulatedExperiment.answered(START + 20, 0.2, true),
            SimulatedExperiment.pressed(START + 25),
            SimulatedExperiment.opened(START + 30),
            SimulatedExperiment.answered(START + HOUR, 90, false),
            SimulatedExperiment.answered(START + 2 * HOUR, 30, false),
            SimulatedExperiment.resolved(START + 3 * HOUR),
            SimulatedExperiment.rated(START + 3 * HOUR, 5),
            SimulatedExperiment.rated(START + 4 * HOUR, 2),
            SimulatedExperiment.wrote(START + 30 * HOUR)));
  }

  @Test
  void turnsADayIntoTheDeclaredMetrics() {
    UserExposures book = new UserExposures();
    assertThat(book.decided(experiments, covariates, SimulatedExperiment.decision("u", "b", START)))
        .containsExactly(new UserExposures.FirstExposure("e", "b", List.of(0.5, 0.5), START));
    assertThat(
            book.decided(
                experiments, covariates, SimulatedExperiment.decision("u", "a", START + 5)))
        .isEmpty();
    aDay().forEach(event -> book.observe(experiments, event));

    List<ClosedWindow> closed = book.close(experiments, START + 24 * HOUR).closed();

    assertThat(closed)
        .allSatisfy(entry -> assertThat(entry.variant()).isEqualTo("b"))
        .extracting(UserExposuresTest::shown)
        .containsExactly(
            "handling 120.0/1.0",
            "handoff 1.0/1.0",
            "time 10799.97/1.0",
            "solved 0.0/1.0",
            "csat 7.0/2.0",
            "good 1.0/2.0",
            "buttons 1.0/2.0",
            "talk 1.0/1.0",
            "wrote 1.0/1.0",
            "tenth 120.2/1.0");

    // wrote again thirty hours later
    assertThat(book.close(experiments, START + 7 * 24 * HOUR).closed())
        .extracting(UserExposuresTest::shown)
        .containsExactly("back 1.0/1.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"store_unavailable", "no_prediction", "stale", "log_full"})
  void aReplyThatIsGenericInEveryArmExposesNobody(String reason) {
    UserExposures book = new UserExposures();
    for (String variant : List.of("a", "b")) {
      Decision alike = SimulatedExperiment.decision("u", variant, START);
      alike.setReason(reason);
      assertThat(book.decided(experiments, covariates, alike)).isEmpty();
    }
    assertThat(book.isExposed()).isFalse();

    Decision differs = SimulatedExperiment.decision("u", "a", START + 1);
    differs.setReason("control_group");
    assertThat(book.decided(experiments, covariates, differs)).hasSize(1);
  }

  @Test
  void returningWithinTheVisitOrAfterSevenDaysIsNoReturn() {
    UserExposures book = new UserExposures();
    book.decided(experiments, covariates, SimulatedExperiment.decision("u", "b", START));
    book.observe(experiments, SimulatedExperiment.wrote(START + HOUR / 3));
    book.observe(experiments, SimulatedExperiment.wrote(START + 7 * 24 * HOUR));

    assertThat(back(book, experiments)).isZero();
  }

  @Test
  void thePlaybooksSessionGapSaysWhenAUserIsBack() {
    Experiments longVisits = SimulatedExperiment.experiments(METRICS, JUDGE, Duration.ofHours(2));
    UserExposures early = new UserExposures();
    early.decided(longVisits, covariates, SimulatedExperiment.decision("u", "b", START));
    UserExposures late = new UserExposures();
    late.decided(longVisits, covariates, SimulatedExperiment.decision("u", "b", START));

    early.observe(longVisits, SimulatedExperiment.wrote(START + 2 * HOUR - 1));
    late.observe(longVisits, SimulatedExperiment.wrote(START + 2 * HOUR));

    assertThat(back(early, longVisits)).isZero();
    assertThat(back(late, longVisits)).isEqualTo(1);
  }

  /** A reply that only makes a chat longer brings nobody back. */
  @Test
  void aLongVisitIsNoReturn() {
    UserExposures book = new UserExposures();
    book.decided(experiments, covariates, SimulatedExperiment.decision("u", "b", START));
    for (int i = 1; i <= 40; i++) {
      book = UserExposures.fromBytes(book.toBytes());
      book.observe(experiments, SimulatedExperiment.wrote(START + i * 120_000L));
    }

    assertThat(back(book, experiments)).isZero();
  }

  @Test
  void aPauseWithinAWeekIsAReturnHoweverEventsArrive() {
    List<Long> visits = List.of(0L, 20L, 40L, 75L, 80L, 3_000L);
    for (int seed = 0; seed < 20; seed++) {
      List<Long> order = new ArrayList<>(visits);
      Collections.shuffle(order, new Random(seed));
      UserExposures book = new UserExposures();
      book.decided(experiments, covariates, SimulatedExperiment.decision("u", "b", START));
      for (long minute : order) {
        book = UserExposures.fromBytes(book.toBytes());
        book.observe(experiments, SimulatedExperiment.wrote(START + minute * 60_000));
      }

      assertThat(back(book, experiments)).as("seed " + seed).isEqualTo(1);
    }
  }

  /** Up to a day late; 20 and 40 join what looked like two visits. */
  @Test
  void aLateEventMayJoinTwoVisits() {
    for (List<Long> order : List.of(List.of(60L, 20L, 40L), List.of(60L, 40L, 20L))) {
      UserExposures book = new UserExposures();
      book.decided(experiments, covariates, SimulatedExperiment.decision("u", "b", START));
      for (long minute : order) {
        book = UserExposures.fromBytes(book.toBytes());
        book.observe(experiments, SimulatedExperiment.wrote(START + minute * 60_000));
      }

      assertThat(back(book, experiments)).isZero();
    }
  }

  private static double back(UserExposures book, Experiments experiments) {
    ClosedWindow back = named(book.close(experiments, START + 7 * 24 * HOUR), "back");
    return Objects.requireNonNull(back.entry()).numerator();
  }

  @Test
  void entersEveryMetricOnceWhenItsWindowCloses() {
    UserExposures book = new UserExposures();
    book.decided(experiments, covariates, SimulatedExperiment.decision("u", "b", START));

    assertThat(book.deadline(experiments)).hasValue(START + 24 * HOUR);
    assertThat(book.close(experiments, START + 24 * HOUR - 1).closed()).isEmpty();
    assertThat(book.close(experiments, START + 24 * HOUR).closed()).hasSize(10);
    assertThat(book.close(experiments, START + 24 * HOUR).closed()).isEmpty();
    assertThat(book.deadline(experiments)).hasValue(START + 7 * 24 * HOUR);

    UserExposures.Due last = book.close(experiments, START + 8 * 24 * HOUR);
    assertThat(last.closed()).hasSize(1);
    assertThat(last.finished()).containsExactly(new UserExposures.Finished("e", "b", true));
    assertThat(book.deadline(experiments)).isEmpty();

    // exposed again much later: still the arm and the time first seen
    assertThat(
            book.decided(
                experiments,
                covariates,
                SimulatedExperiment.decision("u", "a", START + 30 * 24 * HOUR)))
        .isEmpty();
    assertThat(book.close(experiments, Long.MAX_VALUE).closed()).isEmpty();
  }

  @Test
  void givesTheSameWhateverTheOrderAndAfterEveryRestart() {
    List<String> expected = null;
    for (int seed = 0; seed < 20; seed++) {
      List<InteractionEvent> events = aDay();
      Collections.shuffle(events, new Random(seed));
      UserExposures book = new UserExposures();
      book.decided(experiments, covariates, SimulatedExperiment.decision("u", "b", START));
      for (InteractionEvent event : events) {
        book = UserExposures.fromBytes(book.toBytes());
        book.observe(experiments, event);
      }
      List<String> shown =
          UserExposures.fromBytes(book.toBytes())
              .close(experiments, Long.MAX_VALUE)
              .closed()
              .stream()
              .map(UserExposuresTest::shown)
              .toList();
      expected = expected == null ? shown : expected;
      assertThat(shown).isEqualTo(expected);
    }
  }

  @Test
  void givesTheSameWhenTheDecisionIsReadLast() {
    UserExposures inOrder = new UserExposures();
    inOrder.decided(experiments, covariates, SimulatedExperiment.decision("u", "b", START));
    aDay().forEach(event -> inOrder.observe(experiments, event));
    UserExposures late = new UserExposures();
    late.keep(experiments, SimulatedExperiment.answered(START - 1, 50, false), 0);
    for (InteractionEvent event : aDay()) {
      late = UserExposures.fromBytes(late.toBytes());
      assertThat(late.keep(experiments, event, 0)).isZero();
    }
    late.decided(experiments, covariates, SimulatedExperiment.decision("u", "b", START));

    UserExposures.Due due = late.close(experiments, Long.MAX_VALUE);

    assertThat(due)
        .usingRecursiveComparison()
        .isEqualTo(inOrder.close(experiments, Long.MAX_VALUE));
    assertThat(due.finished().getFirst().silent()).isFalse();
  }

  @Test
  void aBusyUsersRowStaysSmall() {
    UserExposures book = new UserExposures();
    int gone = 0;
    int longest = 0;
    for (int i = 0; i < 500; i++) {
      for (InteractionEvent event : aDay()) {
        book = UserExposures.fromBytes(book.toBytes());
        book.observe(experiments, event);
        gone += book.keep(experiments, event, 0);
        longest = Math.max(longest, book.toBytes().length);
      }
    }
    assertThat(gone).isEqualTo(500 * 11 - EarlyEvents.MOST);
    assertThat(longest).isLessThanOrEqualTo(EarlyEvents.MOST_BYTES);

    book.decided(experiments, covariates, SimulatedExperiment.decision("u", "b", START));
    assertThat(book.toBytes().length).isLessThanOrEqualTo(4_096);
  }

  @Test
  void keepsNoMoreBytesThanARowShouldHave() {
    List<String> names = IntStream.range(0, 60).mapToObj(i -> "metric-number-" + i).toList();
    Experiments wide =
        SimulatedExperiment.experiments(
            String.join(": {count: message_sent}\n", names) + ": {count: message_sent}\n",
            "goal: metric-number-0\nothers: " + names.subList(1, 60) + "\n");
    UserExposures book = new UserExposures();

    assertThat(book.keep(wide, SimulatedExperiment.wrote(START), 0)).isZero();
    assertThat(book.keep(wide, SimulatedExperiment.wrote(START + 1), 0)).isEqualTo(1);

    assertThat(book.toBytes().length).isBetween(1_000, EarlyEvents.MOST_BYTES);
  }

  @Test
  void keepsNothingOfWhomEveryExperimentHasAndNothingThatIsTooOld() {
    UserExposures exposed = new UserExposures();
    exposed.decided(experiments, covariates, SimulatedExperiment.decision("u", "b", START));
    exposed.keep(experiments, SimulatedExperiment.wrote(START + 1), 0);
    assertThat(exposed.keepsEvents()).isFalse();

    UserExposures book = new UserExposures();
    book.keep(experiments, SimulatedExperiment.wrote(START), START);
    assertThat(book.isEmpty()).isTrue();
    book.keep(experiments, SimulatedExperiment.wrote(START), START - 1);
    assertThat(book.deadline(experiments)).hasValue(START);
    book.close(experiments, START);
    assertThat(book.isEmpty()).isTrue();
  }

  @Test
  void readsRowsFromBeforeEventsAndTheArmsProbabilityWereKept() {
    UserExposures book = new UserExposures();
    book.decided(experiments, covariates, SimulatedExperiment.decision("u", "b", START));
    byte[] now = book.toBytes();
    // version, one exposure, "e", "b", time, covariate; then probability, channel and segments
    int at = 1 + 1 + 2 + 2 + 6 + 8;
    int later = 8 + 1 + 1;
    byte[] unknown = now.clone();
    Arrays.fill(unknown, at, at + 8, (byte) 0);
    byte[] before = new byte[now.length - later - 1];
    System.arraycopy(now, 0, before, 0, at);
    System.arraycopy(now, at + later, before, at, before.length - at);
    before[0] = 1;

    assertThat(UserExposures.fromBytes(before).toBytes()).isEqualTo(unknown);
    assertThat(UserExposures.fromBytes(before).close(experiments, Long.MAX_VALUE).closed())
        .allSatisfy(closed -> assertThat(closed.share()).isZero());
    assertThat(UserExposures.fromBytes(now).close(experiments, Long.MAX_VALUE).closed())
        .allSatisfy(closed -> assertThat(closed.share()).isEqualTo(0.5));
  }

  /** Written by hand as the version before wrote it: one event kept, at 1, that brought nothing. */
  @Test
  void readsEventsFromBeforeTheirChannelWasKept() {
    byte[] before = {4, 0, 1, 2, 0};

    UserExposures book = UserExposures.fromBytes(before);

    assertThat(book.deadline(experiments)).hasValue(1);
    assertThat(book.toBytes()).containsExactly(6, 0, 1, 2, 0, 0);
  }

  @Test
  void partsUsersByTheChannelAndSegmentsOfTheirFirstExposure() {
    Decision first = SimulatedExperiment.decision("u", "b", START);
    first.setSegments(List.of("loyal", "at_risk"));
    Decision later = SimulatedExperiment.decision("u", "b", START + 5);
    later.setSegments(List.of("new"));
    UserExposures book = new UserExposures();
    book.keep(experiments, by("ios", START - 20), 0);
    book.keep(experiments, by("web", START - 10), 0);
    book.decided(experiments, covariates, first);
    book = UserExposures.fromBytes(book.toBytes());
    book.observe(experiments, by("voice", START + 1));
    book.decided(experiments, covariates, later);

    assertThat(book.close(experiments, START + 24 * HOUR).closed())
        .allSatisfy(
            closed ->
                assertThat(closed.slices())
                    .containsExactly(
                        new ExperimentSlice("channel", "web"),
                        new ExperimentSlice("segment", "loyal"),
                        new ExperimentSlice("segment", "at_risk")));
  }

  @Test
  void theNextEventTellsTheChannelWhereNoneDidBefore() {
    UserExposures book = new UserExposures();
    book.keep(experiments, SimulatedExperiment.wrote(START - 20), 0);
    book.decided(experiments, covariates, SimulatedExperiment.decision("u", "b", START));
    UserExposures silent = UserExposures.fromBytes(book.toBytes());
    book.observe(experiments, SimulatedExperiment.wrote(START + 1));
    book.observe(experiments, by("voice", START + 2));
    book.observe(experiments, by("web", START + 3));

    assertThat(named(book.close(experiments, START + 24 * HOUR), "handling").slices())
        .containsExactly(
            new ExperimentSlice("channel", "voice"), new ExperimentSlice("segment", ""));
    assertThat(named(silent.close(experiments, START + 24 * HOUR), "handling").slices())
        .containsExactly(new ExperimentSlice("channel", ""), new ExperimentSlice("segment", ""));
  }

  private static InteractionEvent by(String channel, long at) {
    return SimulatedExperiment.event("clicked", at, event -> event.setChannel(channel));
  }

  @Test
  void censorsWhatIsStillOpenAndLeavesOutWhoHadNoIssue() {
    UserExposures open = new UserExposures();
    open.decided(experiments, covariates, SimulatedExperiment.decision("u", "b", START));
    open.observe(experiments, SimulatedExperiment.opened(START + 4 * HOUR));
    // resolved after the window: at its close nobody knew
    open.observe(experiments, SimulatedExperiment.resolved(START + 25 * HOUR));

    ClosedWindow time = named(open.close(experiments, START + 24 * HOUR), "time");
    MetricTally.Entry entry = Objects.requireNonNull(time.entry());
    assertThat(entry.happened()).isFalse();
    assertThat(entry.time()).isEqualTo(20 * 3_600.0);

    UserExposures none = new UserExposures();
    none.decided(experiments, covariates, SimulatedExperiment.decision("u", "b", START));
    assertThat(named(none.close(experiments, START + 24 * HOUR), "time").entry()).isNull();
  }

  @Test
  void countsNothingFromBeforeTheExposureAndNoTesters() {
    UserExposures book = new UserExposures();
    assertThat(
            book.decided(
                experiments, covariates, SimulatedExperiment.decision("tester", "b", START)))
        .isEmpty();
    book.decided(experiments, covariates, SimulatedExperiment.decision("u", "b", START));
    book.observe(experiments, SimulatedExperiment.answered(START - 1, 50, false));

    ClosedWindow handling = named(book.close(experiments, START + 24 * HOUR), "handling");
    assertThat(Objects.requireNonNull(handling.entry()).numerator()).isZero();
  }

  private static ClosedWindow named(UserExposures.Due due, String metric) {
    return due.closed().stream()
        .filter(closed -> closed.metric().name().equals(metric))
        .findFirst()
        .orElseThrow();
  }

  private static String shown(ClosedWindow closed) {
    var entry = closed.entry();
    return entry == null
        ? closed.metric().name()
        : closed.metric().name() + " " + entry.numerator() + "/" + entry.denominator();
  }

  @Test
  void theArmsOfAUserAreKnown() {
    UserExposures book = new UserExposures();
    assertThat(book.isEmpty()).isTrue();
    assertThat(book.arms()).isEmpty();

    book.decided(experiments, covariates, SimulatedExperiment.decision("u", "b", START));

    assertThat(book.isEmpty()).isFalse();
    assertThat(book.arms()).containsExactly(entry("e", "b"));
  }
}

package dev.attune.core.experiment.measure;

import static dev.attune.core.experiment.measure.SimulatedExperiment.HOUR;
import static dev.attune.core.experiment.measure.SimulatedExperiment.START;
import static dev.attune.core.experiment.measure.SimulatedExperiment.opened;
import static dev.attune.core.experiment.measure.SimulatedExperiment.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.experiment.Experiments;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** An issue's resolution is the one of the same id. */
class IssuesByIdTest {
  private final Experiments experiments =
      SimulatedExperiment.experiments(
          """
          time: {kind: resolution_time, window: 24h}
          solved: {kind: resolution_rate, within: 2h, window: 24h}
          """,
          "goal: time\nothers: [solved]");
  private final Covariates covariates = new Covariates(SimulatedExperiment.features());

  @Test
  void anOldIssuesResolutionSaysNothingOfTheNewOne() {
    List<InteractionEvent> events =
        List.of(resolved("old", START + 1), opened("new", START + HOUR));

    assertThat(told(events)).containsExactly("time 82800.0 false", "solved 0.0 true");
    assertThat(told(with(events, resolved("new", START + 2 * HOUR))))
        .containsExactly("time 3600.0 true", "solved 1.0 true");
  }

  @Test
  void theFirstIssueCountsAndOnlyItsOwnResolution() {
    List<InteractionEvent> events =
        List.of(
            opened("first", START + HOUR),
            opened("second", START + 2 * HOUR),
            resolved("second", START + 3 * HOUR));

    assertThat(told(events)).containsExactly("time 82800.0 false", "solved 0.0 true");
    assertThat(told(with(events, resolved("first", START + 5 * HOUR))))
        .containsExactly("time 14400.0 true", "solved 0.0 true");
  }

  @Test
  void anIssueOpenedAgainTakesUntilItsLastResolution() {
    List<InteractionEvent> events =
        List.of(opened(START + HOUR), resolved(START + 2 * HOUR), opened(START + 3 * HOUR));

    assertThat(told(events)).containsExactly("time 82800.0 false", "solved 0.0 true");
    assertThat(told(with(events, resolved(START + 4 * HOUR))))
        .containsExactly("time 10800.0 true", "solved 0.0 true");
  }

  @Test
  void manyIssuesLeaveTheFirstOneAlone() {
    List<InteractionEvent> events = new ArrayList<>();
    events.add(opened("first", START + HOUR));
    for (int i = 0; i < 40; i++) {
      events.add(resolved("older-" + i, START + i));
      events.add(opened("later-" + i, START + 2 * HOUR + i));
    }
    events.add(resolved("first", START + 2 * HOUR));

    UserExposures book = exposed();
    events.forEach(event -> book.observe(experiments, event));

    assertThat(told(book)).containsExactly("time 3600.0 true", "solved 1.0 true");
    assertThat(book.toBytes().length).isLessThan(1_024);
  }

  /** Written by the version before: an issue opened an hour after the exposure, in two metrics. */
  @Test
  void readsRowsFromBeforeIssuesWereToldApart() {
    UserExposures book = UserExposures.fromBytes(HexFormat.of().parseHex(OLD_ROW));

    assertThat(told(book)).containsExactly("time 82800.0 false", "solved 0.0 true");
    UserExposures later = UserExposures.fromBytes(HexFormat.of().parseHex(OLD_ROW));
    later.observe(experiments, resolved(START + 2 * HOUR));
    assertThat(told(UserExposures.fromBytes(later.toBytes())))
        .containsExactly("time 3600.0 true", "solved 1.0 true");
  }

  private static final String OLD_ROW =
      "02010165016280a0abfef962000000000000000001020474696d65010000000000000000000080ba"
          + "b70306736f6c766564010000000000000000000080bab70300";

  private static List<InteractionEvent> with(List<InteractionEvent> events, InteractionEvent one) {
    List<InteractionEvent> all = new ArrayList<>(events);
    all.add(one);
    return all;
  }

  /** The same in each order, with a restart after each event, and when the reply is read last. */
  private List<String> told(List<InteractionEvent> events) {
    List<String> expected = List.of();
    for (int seed = 0; seed < 10; seed++) {
      List<InteractionEvent> shuffled = new ArrayList<>(events);
      Collections.shuffle(shuffled, new Random(seed));
      UserExposures book = exposed();
      UserExposures late = new UserExposures();
      for (InteractionEvent event : shuffled) {
        book = UserExposures.fromBytes(book.toBytes());
        book.observe(experiments, event);
        late.keep(experiments, event, 0);
      }
      late.decided(experiments, covariates, SimulatedExperiment.decision("u", "b", START));
      List<String> told = told(book);
      assertThat(told(late)).isEqualTo(told);
      assertThat(expected.isEmpty() ? told : expected).isEqualTo(told);
      expected = told;
    }
    return expected;
  }

  private UserExposures exposed() {
    UserExposures book = new UserExposures();
    book.decided(experiments, covariates, SimulatedExperiment.decision("u", "b", START));
    return book;
  }

  private List<String> told(UserExposures book) {
    return book.close(experiments, START + 24 * HOUR).closed().stream()
        .map(IssuesByIdTest::told)
        .toList();
  }

  private static String told(ClosedWindow closed) {
    MetricTally.Entry entry = closed.entry();
    return closed.metric().name()
        + (entry == null ? "" : " " + entry.numerator() + " " + entry.happened());
  }
}

package dev.attune.core.experiment.measure;

import static dev.attune.core.experiment.measure.Lab.HOUR;
import static dev.attune.core.experiment.measure.Lab.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.experiment.Experiments;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExposureBookTest {

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

  private final Experiments lab = Lab.experiments(METRICS, JUDGE);
  private final Covariates covariates = new Covariates(Lab.features());

  private static List<InteractionEvent> aDay() {
    return new ArrayList<>(
        List.of(
            Lab.came(START + 1),
            Lab.wrote(START + 10),
            Lab.answered(START + 20, 0.2, true),
            Lab.pressed(START + 25),
            Lab.opened(START + 30),
            Lab.answered(START + HOUR, 90, false),
            Lab.answered(START + 2 * HOUR, 30, false),
            Lab.resolved(START + 3 * HOUR),
            Lab.rated(START + 3 * HOUR, 5),
            Lab.rated(START + 4 * HOUR, 2),
            Lab.wrote(START + 30 * HOUR)));
  }

  @Test
  void turnsADayIntoTheDeclaredMetrics() {
    ExposureBook book = new ExposureBook();
    assertThat(book.decided(lab, covariates, Lab.decision("u", "b", START)))
        .containsExactly(new ExposureBook.First("e", "b", List.of(0.5, 0.5), START));
    assertThat(book.decided(lab, covariates, Lab.decision("u", "a", START + 5))).isEmpty();
    aDay().forEach(event -> book.observe(lab, event));

    List<Closed> closed = book.close(lab, START + 24 * HOUR).closed();

    assertThat(closed)
        .allSatisfy(entry -> assertThat(entry.variant()).isEqualTo("b"))
        .extracting(ExposureBookTest::shown)
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
    assertThat(book.close(lab, START + 7 * 24 * HOUR).closed())
        .extracting(ExposureBookTest::shown)
        .containsExactly("back 1.0/1.0");
  }

  @Test
  void returningWithinTheVisitOrAfterSevenDaysIsNoReturn() {
    ExposureBook book = new ExposureBook();
    book.decided(lab, covariates, Lab.decision("u", "b", START));
    book.observe(lab, Lab.wrote(START + HOUR / 3));
    book.observe(lab, Lab.wrote(START + 7 * 24 * HOUR));

    Closed back = named(book.close(lab, START + 7 * 24 * HOUR), "back");
    assertThat(Objects.requireNonNull(back.entry()).numerator()).isZero();
  }

  @Test
  void entersEveryMetricOnceWhenItsWindowCloses() {
    ExposureBook book = new ExposureBook();
    book.decided(lab, covariates, Lab.decision("u", "b", START));

    assertThat(book.deadline(lab)).hasValue(START + 24 * HOUR);
    assertThat(book.close(lab, START + 24 * HOUR - 1).closed()).isEmpty();
    assertThat(book.close(lab, START + 24 * HOUR).closed()).hasSize(10);
    assertThat(book.close(lab, START + 24 * HOUR).closed()).isEmpty();
    assertThat(book.deadline(lab)).hasValue(START + 7 * 24 * HOUR);

    ExposureBook.Due last = book.close(lab, START + 8 * 24 * HOUR);
    assertThat(last.closed()).hasSize(1);
    assertThat(last.finished()).containsExactly(new ExposureBook.Finished("e", "b", true));
    assertThat(book.deadline(lab)).isEmpty();

    // exposed again much later: still the arm and the time first seen
    assertThat(book.decided(lab, covariates, Lab.decision("u", "a", START + 30 * 24 * HOUR)))
        .isEmpty();
    assertThat(book.close(lab, Long.MAX_VALUE).closed()).isEmpty();
  }

  @Test
  void givesTheSameWhateverTheOrderAndAfterEveryRestart() {
    List<String> expected = null;
    for (int seed = 0; seed < 20; seed++) {
      List<InteractionEvent> events = aDay();
      Collections.shuffle(events, new Random(seed));
      ExposureBook book = new ExposureBook();
      book.decided(lab, covariates, Lab.decision("u", "b", START));
      for (InteractionEvent event : events) {
        book = ExposureBook.fromBytes(book.toBytes());
        book.observe(lab, event);
      }
      List<String> shown =
          ExposureBook.fromBytes(book.toBytes()).close(lab, Long.MAX_VALUE).closed().stream()
              .map(ExposureBookTest::shown)
              .toList();
      expected = expected == null ? shown : expected;
      assertThat(shown).isEqualTo(expected);
    }
  }

  @Test
  void censorsWhatIsStillOpenAndLeavesOutWhoHadNoIssue() {
    ExposureBook open = new ExposureBook();
    open.decided(lab, covariates, Lab.decision("u", "b", START));
    open.observe(lab, Lab.opened(START + 4 * HOUR));
    // resolved after the window: at its close nobody knew
    open.observe(lab, Lab.resolved(START + 25 * HOUR));

    Closed time = named(open.close(lab, START + 24 * HOUR), "time");
    Tally.Entry entry = Objects.requireNonNull(time.entry());
    assertThat(entry.happened()).isFalse();
    assertThat(entry.time()).isEqualTo(20 * 3_600.0);

    ExposureBook none = new ExposureBook();
    none.decided(lab, covariates, Lab.decision("u", "b", START));
    assertThat(named(none.close(lab, START + 24 * HOUR), "time").entry()).isNull();
  }

  @Test
  void countsNothingFromBeforeTheExposureAndNoTesters() {
    ExposureBook book = new ExposureBook();
    assertThat(book.decided(lab, covariates, Lab.decision("tester", "b", START))).isEmpty();
    book.decided(lab, covariates, Lab.decision("u", "b", START));
    book.observe(lab, Lab.answered(START - 1, 50, false));

    Closed handling = named(book.close(lab, START + 24 * HOUR), "handling");
    assertThat(Objects.requireNonNull(handling.entry()).numerator()).isZero();
  }

  private static Closed named(ExposureBook.Due due, String metric) {
    return due.closed().stream()
        .filter(closed -> closed.metric().name().equals(metric))
        .findFirst()
        .orElseThrow();
  }

  private static String shown(Closed closed) {
    var entry = closed.entry();
    return entry == null
        ? closed.metric().name()
        : closed.metric().name() + " " + entry.numerator() + "/" + entry.denominator();
  }
}

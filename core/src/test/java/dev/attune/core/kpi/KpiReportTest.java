package dev.attune.core.kpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KpiReportTest {
  private static final LocalDate FIRST = LocalDate.parse("2026-01-01");
  private static final LocalDate LAST = LocalDate.parse("2026-01-10");
  private static final Instant NOW = Instant.parse("2026-01-11T12:00:00Z");

  private final Map<KpiSlice, KpiSums> slices = new HashMap<>();

  @Test
  void givesMeansAndSharesARowAValue() {
    KpiSums web = slice("2026-01-02", "channel", "web");
    web.add(Measure.VISITS, 10);
    web.add(Measure.CONVERSATIONS, 4);
    web.add(Measure.MESSAGES, 10);
    web.add(Measure.QUICK_REPLIED, 1);
    web.add(Measure.ASSISTED, 2);
    web.add(Measure.RATED, 2);
    web.add(Measure.SATISFIED, 1);
    web.add(Measure.SCORE_MILLIS, 7_500);
    slice("2026-01-03", "channel", "web").add(Measure.VISITS, 5);
    slice("2026-01-03", "channel", "email").add(Measure.VISITS, 1);
    slice("2025-12-31", "channel", "web").add(Measure.VISITS, 100);
    slice("2026-01-03", "intent", "web").add(Measure.VISITS, 100);

    KpiReport report = KpiReport.of(slices, "channel", FIRST, LAST, NOW);

    assertThat(report.rows()).extracting(KpiReport.Row::value).containsExactly("email", "web");
    KpiReport.Row row = report.rows().get(1);
    assertThat(row.visits()).isEqualTo(15);
    assertThat(row.engagement()).isEqualTo(new KpiReport.Engagement(4, 2.5, 0.25, 0.5, 0.0));
    assertThat(row.csat()).isEqualTo(new KpiReport.Csat(2, 3.75, 0.5));
    assertThat(report.rows().get(0).csat()).isEqualTo(new KpiReport.Csat(0, null, null));
  }

  /** Ten conversations: six by the bot alone, four by people, of whom three said how long. */
  @Test
  void tellsAnArmsDays() {
    String first = FIRST.toString();
    slice(first, "arm", "greeting/a").add(Measure.VISITS, 2);
    slice(LAST.toString(), "arm", "greeting/a").add(Measure.VISITS, 3);
    slice(first, "arm", "greeting/b").add(Measure.VISITS, 5);
    slice(first, "all", "").add(Measure.VISITS, 9);

    assertThat(KpiReport.ofArmByDay(slices, "greeting/a", FIRST, LAST, NOW).rows())
        .extracting(KpiReport.Row::value, KpiReport.Row::visits)
        .containsExactly(tuple(first, 2L), tuple(LAST.toString(), 3L));
    assertThat(KpiReport.ofArmByDay(slices, "greeting/c", FIRST, LAST, NOW).rows()).isEmpty();
  }

  @Test
  void handlingTimeIsThatOfPeopleOverAllConversationsOfWhichItIsKnown() {
    KpiSums sums = slice("2026-01-01", "all", "");
    sums.add(Measure.CONVERSATIONS, 10);
    sums.add(Measure.ASSISTED, 4);
    sums.add(Measure.HANDLED, 3);
    sums.add(Measure.HANDLING_MILLIS, 270_000);

    assertThat(handling()).isEqualTo(new KpiReport.Handling(270, 30.0, 90.0));
  }

  @Test
  void handlingTimeIsNotZeroWhereNobodySaysIt() {
    KpiSums sums = slice("2026-01-01", "all", "");
    sums.add(Measure.CONVERSATIONS, 10);
    sums.add(Measure.ASSISTED, 1);
    assertThat(handling()).isEqualTo(new KpiReport.Handling(0, null, null));

    sums.add(Measure.ASSISTED, -1);

    assertThat(handling()).as("the bot did it all").isEqualTo(new KpiReport.Handling(0, 0.0, null));
  }

  private KpiReport.Handling handling() {
    return KpiReport.of(slices, "all", FIRST, LAST, NOW).rows().getFirst().handling();
  }

  @Test
  void countsOpenIssuesAsTakingLongerThanTheirAge() {
    KpiSums early = slice("2026-01-01", "all", "");
    issues(early, 10, 6, 3_600);
    KpiSums late = slice("2026-01-10", "all", "");
    issues(late, 10, 2, 60);

    KpiReport.Resolution resolution =
        KpiReport.of(slices, "day", FIRST, FIRST, NOW).rows().getFirst().resolution();
    assertThat(resolution.open()).isEqualTo(4);
    assertThat(resolution.medianSeconds()).isCloseTo(3_600, within(36.0));
    assertThat(resolution.p90Seconds()).as("four of ten are open for days").isNull();
    assertThat(resolution.openByAge()).isEqualTo(Map.of("7dAndMore", 4L));

    KpiReport.Resolution young =
        KpiReport.of(slices, "day", LAST, LAST, NOW).rows().getFirst().resolution();
    assertThat(young.medianSeconds()).as("eight of ten are open").isNull();
    assertThat(young.openByAge()).isEqualTo(Map.of("lessThan1d", 8L));
  }

  @Test
  void anOpenIssueIsOfTheDaysThatArePast() {
    Instant midnight = Instant.parse("2026-01-11T00:00:00Z");
    for (int day = 1; day <= 10; day++) {
      issues(slice("2026-01-%02d".formatted(day), "all", ""), 1, 0, 0);
    }
    // as many resolved as opened: nothing is open
    issues(slice("2026-01-02", "all", ""), 4, 5, 60);

    KpiReport.Resolution all =
        KpiReport.of(slices, "all", FIRST, LAST, midnight).rows().getFirst().resolution();
    KpiReport.Resolution second =
        KpiReport.of(slices, "day", FIRST.plusDays(1), FIRST.plusDays(1), midnight)
            .rows()
            .getFirst()
            .resolution();

    // the 10th ended now, the 9th a day ago, the 7th three and the 3rd seven days ago
    assertThat(all.openByAge())
        .isEqualTo(Map.of("lessThan1d", 1L, "1dTo3d", 2L, "3dTo7d", 4L, "7dAndMore", 2L));
    assertThat(second.open()).isZero();
    assertThat(second.openByAge()).isEmpty();
  }

  @Test
  void anOpenIssueSaysNothingOfTimesBeyondItsAge() {
    issues(slice("2026-01-09", "all", ""), 3, 0, 0);
    issues(slice("2026-01-02", "all", ""), 1, 1, 2 * 86_400);

    KpiReport.Resolution resolution =
        KpiReport.of(slices, "all", FIRST, LAST, NOW).rows().getFirst().resolution();

    // three are open for a day and a half; of those observed for two days all are resolved
    assertThat(resolution.medianSeconds()).isCloseTo(2 * 86_400, within(1_728.0));
    assertThat(resolution.open()).isEqualTo(3);
  }

  @Test
  void leavesOutNothingThatTheWireCarries() {
    KpiSums sums = slice("2026-01-01", "all", "");
    issues(sums, 3, 2, 10);
    sums.add(Measure.VISITS, 7);
    var read = new KpiSums();
    KpiSlice slice = new KpiSlice("2026-01-01", "all", "");

    read.add(sums.toAvro(slice, 3, 1));

    for (Measure measure : Measure.values()) {
      assertThat(read.get(measure)).isEqualTo(sums.get(measure));
    }
    assertThat(read.resolutions()).isEqualTo(sums.resolutions());
    assertThat(KpiSlice.of(sums.toAvro(slice, 3, 1))).isEqualTo(slice);
  }

  private static void issues(KpiSums sums, int opened, int resolved, double seconds) {
    sums.add(Measure.OPENED, opened);
    sums.add(Measure.RESOLVED, resolved);
    for (int i = 0; i < resolved; i++) {
      sums.resolved(seconds);
    }
  }

  private KpiSums slice(String day, String dimension, String value) {
    return slices.computeIfAbsent(new KpiSlice(day, dimension, value), _ -> new KpiSums());
  }
}

package dev.attune.streams.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.Kpi;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.streams.Events;
import dev.attune.streams.experiments.Bench;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KpiBranchTest {
  private static final long START = Instant.parse("2026-01-02T03:04:05Z").toEpochMilli();
  private static final long MINUTE = 60_000;

  private final Bench bench;

  KpiBranchTest(@TempDir Path home) {
    this.bench = new Bench(home, START);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  /** Each day that somebody names would cost memory, here and in response-api. */
  @Test
  void daysThatNobodyReportsHaveNoSums() {
    for (int day = 400; day >= 0; day--) {
      bench.send(Events.messageSent("u", "e" + day, START - Duration.ofDays(day).toMillis()));
    }
    bench.pass(Duration.ofMinutes(40));

    Map<String, Kpi> kpis = newest();
    assertThat(kpis.keySet())
        .anyMatch(key -> key.startsWith("2026-01-02/"))
        .anyMatch(key -> key.startsWith("2025-10-04/"))
        .allMatch(key -> key.compareTo("2025-10-04") > 0);
    assertThat(bench.state().get("kpi-sums")).hasSameSizeAs(kpis);
  }

  @Test
  void countsAFinishedSessionByItsChannelIntentAndModel() {
    bench.send(Events.messageSent("u", "e0", START));
    bench.send(decision("u", "order_status", START + 1));
    bench.send(Events.messageSent("u", "e1", START + MINUTE));
    bench.pass(Duration.ofMinutes(10));
    assertThat(newest()).as("the session is on").isEmpty();

    bench.pass(Duration.ofMinutes(40));

    Map<String, Kpi> kpis = newest();
    assertThat(kpis)
        .containsOnlyKeys(
            "2026-01-02/all/",
            "2026-01-02/channel/web",
            "2026-01-02/intent/order_status",
            "2026-01-02/model/v1",
            "2026-01-02/arm/greeting/treatment");
    assertThat(kpis.values())
        .extracting(Kpi::getSums)
        .containsOnly(Map.of("visits", 1L, "conversations", 1L, "messages", 2L));
  }

  @Test
  void replacesASessionThatALateEventChanged() {
    bench.send(Events.messageSent("u", "e0", START));
    bench.pass(Duration.ofMinutes(40));
    bench.send(Events.messageSent("u", "late", START + MINUTE));
    bench.pass(Duration.ofMinutes(40));

    assertThat(all().getSums())
        .isEqualTo(Map.of("visits", 1L, "conversations", 1L, "messages", 2L));
  }

  @Test
  void leavesOutSessionsOfLongAgo() {
    bench.send(Events.messageSent("u", "e0", START));
    bench.pass(Duration.ofMinutes(40));
    assertThat(bench.state().get("kpi-sums")).isNotEmpty();

    bench.pass(Duration.ofDays(92));

    assertThat(bench.state().get("kpi-sums")).isEmpty();
  }

  @Test
  void forgetsAnErasedUser() {
    bench.send(Events.issueOpened("u", "e0", START));
    bench.send(Events.erased("u", "e1", START + 2));
    bench.pass(Duration.ofMinutes(1));

    assertThat(bench.state().get("kpi-users")).isEmpty();
    assertThat(all().getSums()).isEmpty();
  }

  @Test
  void aReplyThatTellsNothingLeavesNothing() {
    Decision decision = Events.decided("u", "treatment", START);
    decision.setExperiment(null);
    decision.setVariant(null);
    bench.send(decision);

    assertThat(bench.state().get("kpi-users")).isEmpty();
  }

  /** A chat that is open asks for replies, whether or not its user sends events or was erased. */
  @Test
  void aReplyWithoutEventsIsForgottenAfterAWeek() {
    bench.send(Events.messageSent("erased", "e0", START));
    bench.send(Events.erased("erased", "e1", START + 1));
    bench.send(decision("erased", "refund", START + 2));
    for (int i = 0; i < 250; i++) {
      bench.send(decision("silent-" + i, "refund", START));
    }
    bench.send(Events.messageSent("talks", "e2", START));
    bench.pass(Duration.ofDays(6));
    assertThat(bench.state().get("kpi-users")).as("a session may still end").hasSize(252);

    bench.pass(Duration.ofDays(2));
    for (int i = 0; i < 5; i++) {
      bench.pass(Duration.ofSeconds(1));
    }

    assertThat(bench.state().get("kpi-users")).containsOnlyKeys("talks");
  }

  /** Crashes that take state back to the last commit and read the same records again. */
  @Test
  void countsEverythingOnceWhateverCrashes() {
    List<SpecificRecord> records = records(new SplittableRandom(7));
    Map<String, Map<String, Long>> calm = run(records, List.of());
    Map<String, Long> all = calm.get("2026-01-02/all/");
    assertThat(all).containsEntry("visits", 40L);
    assertThat(all).containsEntry("messages", count(records, "message_sent"));
    assertThat(all).containsEntry("opened", count(records, "issue_opened"));
    assertThat(all).containsEntry("resolved", count(records, "issue_resolved"));

    for (int seed = 0; seed < 5; seed++) {
      List<Integer> crashes = Bench.crashes(seed, records.size());
      assertThat(run(records, crashes)).as("seed %s", seed).isEqualTo(calm);
    }
  }

  private Map<String, Map<String, Long>> run(List<SpecificRecord> records, List<Integer> crashes) {
    bench.run(records, crashes);
    bench.pass(Duration.ofHours(3));
    Map<String, Map<String, Long>> sums = new HashMap<>();
    newest().forEach((key, kpi) -> sums.put(key, kpi.getSums()));
    return sums;
  }

  private static List<SpecificRecord> records(SplittableRandom random) {
    List<SpecificRecord> records = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String user = "u-" + i;
      records.add(Events.messageSent(user, user + "-m", START + i));
      records.add(decision(user, random.nextBoolean() ? "order_status" : "refund", START + i));
      if (random.nextBoolean()) {
        records.add(Events.issueOpened(user, user + "-o", START + i + 1));
        if (random.nextBoolean()) {
          records.add(Events.issueResolved(user, user + "-r", START + i + 2));
        }
      }
    }
    return records;
  }

  private static long count(List<SpecificRecord> records, String type) {
    return records.stream()
        .filter(r -> r instanceof InteractionEvent event && event.getType().equals(type))
        .count();
  }

  private Map<String, Kpi> newest() {
    Map<String, Kpi> newest = new HashMap<>();
    bench
        .output(Bench.TOPICS.kpis(), Kpi.class)
        .forEach(record -> newest.put(record.key(), record.value()));
    return newest;
  }

  private Kpi all() {
    return Objects.requireNonNull(newest().get("2026-01-02/all/"));
  }

  private static Decision decision(String user, String intent, long at) {
    Decision decision = Events.decided(user, "treatment", at);
    decision.setModelName("intent");
    decision.setModelVersion("v1");
    decision.setProbabilities(List.of(new LabelProbability(intent, 0.9f)));
    return decision;
  }
}

package dev.attune.streams.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.IssueOpened;
import dev.attune.schemas.avro.IssueResolved;
import dev.attune.schemas.avro.Kpi;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.MessageSent;
import dev.attune.streams.Events;
import dev.attune.streams.LittleRegistry;
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

  private final LittleRegistry registry = new LittleRegistry();
  private final Path home;
  private Instant now = Instant.ofEpochMilli(START);
  private Bench bench;

  KpiBranchTest(@TempDir Path home) {
    this.home = home;
    this.bench = open();
  }

  private Bench open() {
    return new Bench(registry.client(), home.resolve(Long.toString(System.nanoTime())), () -> now);
  }

  @AfterEach
  void close() {
    bench.close();
    registry.close();
  }

  @Test
  void countsAFinishedSessionByItsChannelIntentAndModel() {
    bench.send(message("u", "e0", START));
    bench.send(decision("u", "order_status", START + 1));
    bench.send(message("u", "e1", START + MINUTE));
    pass(Duration.ofMinutes(10));
    assertThat(newest()).as("the session is on").isEmpty();

    pass(Duration.ofMinutes(40));

    Map<String, Kpi> kpis = newest();
    assertThat(kpis)
        .containsOnlyKeys(
            "2026-01-02/all/",
            "2026-01-02/channel/web",
            "2026-01-02/intent/order_status",
            "2026-01-02/model/v1");
    assertThat(kpis.values())
        .extracting(Kpi::getSums)
        .containsOnly(Map.of("visits", 1L, "conversations", 1L, "messages", 2L));
  }

  @Test
  void replacesASessionThatALateEventChanged() {
    bench.send(message("u", "e0", START));
    pass(Duration.ofMinutes(40));
    bench.send(message("u", "late", START + MINUTE));
    pass(Duration.ofMinutes(40));

    assertThat(all().getSums())
        .isEqualTo(Map.of("visits", 1L, "conversations", 1L, "messages", 2L));
  }

  @Test
  void leavesOutSessionsOfLongAgo() {
    bench.send(message("u", "e0", START));
    pass(Duration.ofMinutes(40));
    assertThat(bench.state().get("kpi-sums")).isNotEmpty();

    pass(Duration.ofDays(92));

    assertThat(bench.state().get("kpi-sums")).isEmpty();
  }

  @Test
  void forgetsAnErasedUser() {
    bench.send(opened("u", "i", "e0", START));
    bench.send(Events.erased("u", "e1", START + 2));
    pass(Duration.ofMinutes(1));

    assertThat(bench.state().get("kpi-users")).isEmpty();
    assertThat(all().getSums()).isEmpty();
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
      var random = new SplittableRandom(seed);
      List<Integer> crashes = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        crashes.add(random.nextInt(records.size()));
      }
      assertThat(run(records, crashes)).as("seed %s", seed).isEqualTo(calm);
    }
  }

  private Map<String, Map<String, Long>> run(List<SpecificRecord> records, List<Integer> crashes) {
    bench.close();
    now = Instant.ofEpochMilli(START);
    bench = open();
    Map<String, Map<Object, Object>> committed = Map.of();
    int since = 0;
    for (int i = 0; i < records.size(); i++) {
      bench.send(records.get(i));
      if (crashes.contains(i)) {
        bench.close();
        bench = open();
        bench.restore(committed);
        records.subList(since, i + 1).forEach(bench::send);
      }
      if (i % 17 == 0) {
        pass(Duration.ofMinutes(5));
        committed = bench.state();
        since = i + 1;
      }
    }
    pass(Duration.ofHours(3));
    Map<String, Map<String, Long>> sums = new HashMap<>();
    newest().forEach((key, kpi) -> sums.put(key, kpi.getSums()));
    return sums;
  }

  private static List<SpecificRecord> records(SplittableRandom random) {
    List<SpecificRecord> records = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      String user = "u-" + i;
      records.add(message(user, user + "-m", START + i));
      records.add(decision(user, random.nextBoolean() ? "order_status" : "refund", START + i));
      if (random.nextBoolean()) {
        records.add(opened(user, "i", user + "-o", START + i + 1));
        if (random.nextBoolean()) {
          records.add(resolved(user, "i", user + "-r", START + i + 2));
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

  private void pass(Duration time) {
    now = now.plus(time);
    bench.driver.advanceWallClockTime(time);
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

  private static InteractionEvent message(String user, String id, long at) {
    InteractionEvent event = typed(user, id, "message_sent", at);
    event.setMessageSent(new MessageSent("where is it", null));
    return event;
  }

  private static InteractionEvent opened(String user, String issue, String id, long at) {
    InteractionEvent event = typed(user, id, "issue_opened", at);
    event.setIssueOpened(new IssueOpened(issue, null));
    return event;
  }

  private static InteractionEvent resolved(String user, String issue, String id, long at) {
    InteractionEvent event = typed(user, id, "issue_resolved", at);
    event.setIssueResolved(new IssueResolved(issue, null, null));
    return event;
  }

  private static InteractionEvent typed(String user, String id, String type, long at) {
    InteractionEvent event = Events.clicked(user, id, at);
    event.setType(type);
    event.setClicked(null);
    event.setChannel("web");
    return event;
  }

  private static Decision decision(String user, String intent, long at) {
    return Decision.newBuilder()
        .setDecisionId("d-" + user + "-" + at)
        .setUserId(user)
        .setSlot("greeting")
        .setDecidedAt(at)
        .setPersonalized(true)
        .setReason("default")
        .setTemplateId("t")
        .setText("hello")
        .setModelName("intent")
        .setModelVersion("v1")
        .setProbabilities(List.of(new LabelProbability(intent, 0.9f)))
        .build();
  }
}

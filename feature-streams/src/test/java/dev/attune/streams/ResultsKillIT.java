package dev.attune.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.core.kpi.KpiSums;
import dev.attune.core.kpi.Measure;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.ExperimentResult;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.Kpi;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The service killed with -9 while users are exposed, while what they do comes in and while their
 * windows close: the results and KPIs are what a recount of the topics says, to the last digit.
 */
@Timeout(900)
@EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
class ResultsKillIT {
  /** While users come in, and again while their windows close. */
  private static final int KILLS = 10;

  /** So that a slow machine is not left with an endless backlog. */
  private static final int USERS = 3_000 * KILLS;

  private static final Duration LONGEST = Duration.ofSeconds(180);

  /** Of the experiment playbook: the shorter window, then the time for late events. */
  private static final Duration FIRST_CLOSING = Duration.ofHours(1).plusMinutes(1);

  private static final Duration LONGER_WINDOW = Duration.ofHours(2);

  /** Everything begins this long ago, since the broker refuses records from the future. */
  private static final Duration AGO = Duration.ofHours(4);

  private final Path home;
  private final ScoringServer scoring = new ScoringServer();
  private final Pipeline pipeline = new Pipeline();
  private final ExposureLoad load = new ExposureLoad(pipeline, AGO, USERS);
  private final SplittableRandom random = new SplittableRandom(20260102);

  ResultsKillIT(@TempDir Path home) {
    this.home = home;
  }

  @AfterEach
  void close() {
    load.close();
    pipeline.close();
    scoring.close();
  }

  /**
   * @param later than when everything began, by the service's clock
   */
  private StreamsProcess start(Duration later) {
    Map<String, Object> properties = pipeline.properties(scoring, home.resolve("state"));
    properties.put("attune.pipeline.playbook", "src/test/resources/experiment-playbook");
    properties.put("attune.streams.threads", 1);
    properties.put("attune.streams.commit-interval", "100ms");
    properties.put("test.clock-behind", AGO.minus(later));
    return StreamsProcess.start(SetClock.class, properties, home.resolve("streams.log"));
  }

  @Test
  void countsEveryUserAndSessionOnceOverManyKills() throws Exception {
    long started = System.currentTimeMillis();
    StreamsProcess instance = start(Duration.ZERO);
    try {
      instance.awaitReady();
      load.start();
      for (int kill = 0; kill < KILLS; kill++) {
        awaitRequests(50 + random.nextInt(200));
        instance.kill();
        instance = start(Duration.ZERO);
      }
      awaitRequests(200);
      load.close();
      patiently(() -> pipeline.committed() == load.sent());
      instance.kill();

      // the clock reaches the first windows' end while the service starts, then goes on
      for (int kill = 0; kill < KILLS; kill++) {
        long before = published().total().handlingUsers();
        long since = System.currentTimeMillis() - started;
        instance = start(FIRST_CLOSING.minusMillis(since));
        patiently(() -> published().total().handlingUsers() > before);
        instance.kill();
      }

      instance = start(AGO);
      long users = users();
      int heard = heard().size();
      patiently(() -> published().total().finished() >= users);
      patiently(() -> kpis().get(Measure.VISITS) >= heard);
    } finally {
      instance.close();
    }

    assertThat(published()).isEqualTo(recount());
    assertThat(ResultRecount.publishedByChannel("greeting", results()))
        .isEqualTo(recount().metricsOnly());
    assertThat(published().total().handling()).isPositive();
    assertThat(published().total().resolved()).isPositive();
    assertThat(published().total().silent()).isPositive();
    assertKpisAreWhatWasSent();
  }

  private void assertKpisAreWhatWasSent() {
    KpiSums kpis = kpis();
    assertThat(kpis.get(Measure.VISITS)).isEqualTo(heard().size());
    assertThat(kpis.get(Measure.OPENED)).isEqualTo(ids("issue_opened"));
    assertThat(kpis.get(Measure.RESOLVED)).isEqualTo(ids("issue_resolved"));
    assertThat(kpis.get(Measure.AGENT_REPLIES)).isEqualTo(ids("agent_replied"));
    assertThat(kpis.resolutions().values().stream().mapToLong(Long::longValue).sum())
        .isEqualTo(ids("issue_resolved"));
  }

  private void awaitRequests(long further) {
    long before = scoring.requests();
    await()
        .atMost(LONGEST)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> scoring.requests() >= before + further);
  }

  /** Reading a topic anew each time is not free. */
  private static void patiently(Callable<Boolean> condition) {
    await().atMost(LONGEST).pollInterval(Duration.ofMillis(300)).until(condition);
  }

  private ResultRecount published() {
    return ResultRecount.published("greeting", results());
  }

  private List<ExperimentResult> results() {
    return pipeline.read(
        pipeline.topics.experimentResults(), ExperimentResult.class, "read_committed");
  }

  private ResultRecount recount() {
    return ResultRecount.of(decisions(), events(), LONGER_WINDOW.toMillis());
  }

  private KpiSums kpis() {
    return ResultRecount.kpis(pipeline.read(pipeline.topics.kpis(), Kpi.class, "read_committed"));
  }

  private List<Decision> decisions() {
    return pipeline.read(pipeline.topics.decisions(), Decision.class, "read_committed");
  }

  private List<InteractionEvent> events() {
    return pipeline.events().stream().map(ConsumerRecord::value).toList();
  }

  private long users() {
    return decisions().stream().map(Decision::getUserId).distinct().count();
  }

  /** Users of whom anything is known. */
  private Set<String> heard() {
    return events().stream().map(InteractionEvent::getUserId).collect(Collectors.toSet());
  }

  private long ids(String type) {
    return events().stream()
        .filter(event -> event.getType().equals(type))
        .map(InteractionEvent::getEventId)
        .distinct()
        .count();
  }
}

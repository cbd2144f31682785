package dev.attune.responses.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.experiment.measure.BreakdownReport.Part;
import dev.attune.core.experiment.measure.ExperimentReport;
import dev.attune.core.experiment.measure.ExperimentReport.Status;
import dev.attune.core.playbook.Playbook;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.responses.Settings;
import dev.attune.responses.playbook.LivePlaybook;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.ArmResult;
import dev.attune.schemas.avro.ExperimentResult;
import dev.attune.schemas.avro.MetricResult;
import dev.attune.schemas.avro.WeightsEra;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentAnalysesTest {
  private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");

  private final Results results = new Results();
  private final ExperimentAnalyses analyses;

  private static final class Results extends ResultLog {
    private boolean whole = true;

    Results() {
      super(
          Settings.kafka(),
          Topics.standard(),
          new SchemaRegistryClient(URI.create("http://127.0.0.1:1"), Duration.ofMillis(10)));
    }

    @Override
    boolean isWhole() {
      return whole;
    }
  }

  ExperimentAnalysesTest(@TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("features.yaml"), "features: {}\n");
    Files.writeString(
        folder.resolve("experiments.yaml"),
        """
        metrics:
          handling: {kind: agent_handling_time, window: 24h}
        canary: {judge: {goal: handling}}
        experiments:
          - id: fixed
            variants: [{name: a}, {name: b}]
            judge: {goal: handling}
          - id: learning
            variants: [{name: a}, {name: b}]
            judge: {goal: handling, bandit: true}
          - id: unmeasured
            variants: [{name: a}, {name: b}]
        """);
    var playbook = new LivePlaybook(Playbook.load(folder), Settings.replies(), Settings.meters());
    analyses = new ExperimentAnalyses(results, playbook, Clock.fixed(NOW, ZoneOffset.UTC));
  }

  @Test
  void addsThePartitionsNewestRecordsUp() {
    results.remember(result("fixed", 0, 100, 120, 100), 0);
    results.remember(result("fixed", 0, 300, 120, 100), 0);
    results.remember(result("fixed", 1, 200, 120, 100), 0);

    var report = analyses.report("fixed").orElseThrow();

    assertThat(report.arms()).allSatisfy(arm -> assertThat(arm.exposed()).isEqualTo(500));
    assertThat(report.status()).isEqualTo(Status.WINNER);
    assertThat(report.metrics().getFirst().comparisons().getFirst().difference()).isEqualTo(-20);
  }

  @Test
  void addsThePartitionsOfEachPartUp() {
    results.remember(result("fixed", 0, 900, 120, 100), 0);
    results.remember(result("fixed/channel/web", 0, 300, 120, 100), 0);
    results.remember(result("fixed/channel/web", 1, 200, 120, 100), 0);
    results.remember(result("fixed/channel/voice", 0, 400, 100, 100), 0);
    results.remember(result("fixed/segment/web", 0, 900, 100, 100), 0);
    results.remember(result("fixed/channels/x", 0, 900, 100, 100), 0);

    var report = analyses.breakdown("fixed", "channel").orElseThrow();

    assertThat(report.parts()).extracting(Part::value).containsExactly("voice", "web");
    var web = report.parts().getLast().metrics().getFirst();
    assertThat(web.values()).allSatisfy(value -> assertThat(value.users()).isEqualTo(500));
    assertThat(web.comparisons().getFirst().difference()).isEqualTo(-20);
    assertThat(report.parts().getFirst().metrics().getFirst().comparisons().getFirst().p())
        .isGreaterThan(0.05);
    assertThat(analyses.breakdown("gone", "channel")).isEmpty();
    assertThat(analyses.breakdown("learning", "channel").orElseThrow().parts()).isEmpty();
  }

  /** Another share or live version begins another comparison. */
  @Test
  void aCanarysResultsAreThoseOfTheComparisonThatBeganLast() {
    Instant first = NOW.minus(Duration.ofDays(20));
    results.remember(canary("canary:v2", 0, 100, first), 0);
    results.remember(canary("canary:v2:0.5:v1", 0, 200, first.plusSeconds(60)), 0);
    results.remember(canary("canary:v2:0.5:v1", 1, 300, first.plusSeconds(120)), 0);
    results.remember(canary("canary:v2:0.5:v1/channel/web", 0, 40, first.plusSeconds(60)), 0);
    results.remember(canary("canary:v2:0.1:v1", 0, 400, first.plusSeconds(30)), 0);
    results.remember(canary("canary:v20:0.5:v1", 0, 500, first.plusSeconds(180)), 0);

    assertThat(users("canary:v2")).containsExactly(500L, 500L);
    assertThat(users("canary:v2:0.1:v1")).containsExactly(400L, 400L);
    assertThat(users("canary:v3")).containsExactly(0L, 0L);
    var parts = analyses.breakdown("canary:v2", "channel").orElseThrow().parts();
    assertThat(parts.getFirst().metrics().getFirst().values())
        .allSatisfy(value -> assertThat(value.users()).isEqualTo(40));
  }

  private List<Long> users(String experiment) {
    return analyses.report(experiment).orElseThrow().arms().stream()
        .map(ExperimentReport.Arm::exposed)
        .toList();
  }

  private static ExperimentResult canary(
      String experiment, int partition, long users, Instant firstExposure) {
    return new ExperimentResult(
        experiment,
        partition,
        NOW.toEpochMilli(),
        firstExposure.toEpochMilli(),
        firstExposure.toEpochMilli(),
        List.of(new WeightsEra(List.of(0.5, 0.5), Map.of("live", users, "canary", users))),
        List.of(arm("live", users, 100), arm("canary", users, 100)));
  }

  @Test
  void knowsOnlyWhatRunsAndIsMeasured() {
    assertThat(analyses.report("unmeasured")).isEmpty();
    assertThat(analyses.report("gone")).isEmpty();
    assertThat(analyses.report("fixed").orElseThrow().status()).isEqualTo(Status.COLLECTING);
  }

  @Test
  void movesOnlyBanditsWeights() {
    results.remember(result("fixed", 0, 400, 120, 100), 0);
    results.remember(result("learning", 0, 400, 120, 100), 0);

    Map<String, List<Double>> weights = analyses.banditWeights();

    assertThat(weights).containsOnlyKeys("learning");
    assertThat(weights.getOrDefault("learning", List.of(0.0, 0.0)).get(1)).isGreaterThan(0.9);
  }

  /** Else a replica that has just started would deal by a part of the results for an hour. */
  @Test
  void movesBanditsWeightsOnlyOnceAllResultsAreRead() {
    results.whole = false;
    results.remember(result("learning", 0, 400, 100, 120), 0);
    assertThat(analyses.banditWeights()).isEmpty();

    results.remember(result("learning", 0, 400, 120, 100), 0);
    results.whole = true;

    assertThat(analyses.banditWeights().getOrDefault("learning", List.of(0.0, 0.0)).get(1))
        .isGreaterThan(0.9);
  }

  private static ExperimentResult result(
      String experiment, int partition, long users, double control, double treatment) {
    long start = NOW.minus(Duration.ofDays(20)).toEpochMilli();
    return new ExperimentResult(
        experiment,
        partition,
        NOW.toEpochMilli(),
        start,
        start,
        List.of(new WeightsEra(List.of(0.5, 0.5), Map.of("a", users, "b", users))),
        List.of(arm("a", users, control), arm("b", users, treatment)));
  }

  /** Values of mean m and standard deviation 10. */
  private static ArmResult arm(String variant, long users, double mean) {
    double squares = users * (mean * mean + 100);
    var metric =
        new MetricResult(
            "handling",
            users,
            users * mean,
            (double) users,
            0.0,
            squares,
            (double) users,
            0.0,
            users * mean,
            0.0,
            0.0,
            List.of(),
            List.of(),
            null,
            null,
            null);
    return new ArmResult(variant, users, users, 0L, List.of(metric));
  }
}

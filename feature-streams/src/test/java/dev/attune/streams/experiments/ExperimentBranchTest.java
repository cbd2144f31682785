package dev.attune.streams.experiments;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.avro.ArmResult;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.ExperimentResult;
import dev.attune.schemas.avro.MetricResult;
import dev.attune.streams.Events;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExperimentBranchTest {
  private static final long START = Instant.parse("2026-01-02T03:04:05Z").toEpochMilli();
  private static final long MINUTE = 60_000;

  private final Bench bench;

  ExperimentBranchTest(@TempDir Path home) {
    this.bench = new Bench(home, START);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void sumsUpWhatUsersDidOnceTheirWindowHasClosed() {
    bench.send(Events.clicked("u", "e0", START));
    bench.send(Events.decided("u", "treatment", START + 1));
    bench.send(Events.agentReplied("u", "e1", START + MINUTE, 40));
    bench.send(Events.agentReplied("u", "e1", START + MINUTE, 40));
    bench.send(Events.agentReplied("u", "e2", START + 2 * MINUTE, 60));
    bench.send(Events.agentReplied("u", "e3", START + 70 * MINUTE, 1_000));
    bench.pass(Duration.ofMinutes(30));

    ExperimentResult before = newest();
    assertThat(arm(before, "treatment").getExposed()).isEqualTo(1);
    assertThat(arm(before, "treatment").getMetrics()).isEmpty();

    bench.pass(Duration.ofMinutes(32));

    ArmResult arm = arm(newest(), "treatment");
    assertThat(arm.getMetrics()).hasSize(1);
    assertThat(arm.getMetrics().getFirst().getMetric()).isEqualTo("handling");
    assertThat(arm.getMetrics().getFirst().getUsers()).isEqualTo(1);
    assertThat(arm.getMetrics().getFirst().getY()).isEqualTo(100);
    assertThat(arm.getFinished()).isZero();

    bench.pass(Duration.ofHours(2));
    ArmResult done = arm(newest(), "treatment");
    assertThat(done.getFinished()).isEqualTo(1);
    assertThat(done.getSilent()).isZero();
    assertThat(done.getMetrics().getFirst().getUsers()).isEqualTo(1);
  }

  @Test
  void sumsUpEachPartOfTheUsersByChannelAndSegment() {
    Decision first = Events.decided("u", "treatment", START + 1);
    first.setSegments(List.of("loyal", "at_risk"));
    bench.send(Events.clicked("u", "e0", START));
    bench.send(first);
    bench.send(Events.agentReplied("u", "e1", START + MINUTE, 40));
    bench.send(Events.decided("v", "treatment", START + 2));
    bench.send(Events.agentReplied("v", "e2", START + MINUTE, 5));
    bench.pass(Duration.ofHours(2));

    var results = bench.results();

    assertThat(handling(newest("greeting", results))).isEqualTo(45);
    assertThat(handling(newest("greeting/channel/web", results))).isEqualTo(45);
    assertThat(handling(newest("greeting/segment/loyal", results))).isEqualTo(40);
    assertThat(handling(newest("greeting/segment/at_risk", results))).isEqualTo(40);
    assertThat(handling(newest("greeting/segment/", results))).isEqualTo(5);
    assertThat(results)
        .extracting(TestRecord::key)
        .containsOnly(
            "greeting",
            "greeting/channel/web",
            "greeting/segment/loyal",
            "greeting/segment/at_risk",
            "greeting/segment/");
  }

  private static double handling(ExperimentResult result) {
    return arm(result, "treatment").getMetrics().stream()
        .filter(metric -> metric.getMetric().equals("handling"))
        .mapToDouble(MetricResult::getY)
        .sum();
  }

  @Test
  void keepsTheArmFirstSeenInTheUsersRowAndSendsItOn() {
    bench.send(Events.clicked("u", "e0", START));
    bench.send(Events.decided("u", "treatment", START + 1));
    bench.send(Events.decided("u", "control", START + 2));
    bench.send(Events.clicked("u", "e1", START + 3));

    assertThat(bench.scored.getLast().getArmsMap()).isEqualTo(Map.of("greeting", "treatment"));
    assertThat(bench.profiles().getLast().value().getArms())
        .isEqualTo(Map.of("greeting", "treatment"));
  }

  @Test
  void keepsTheArmAlsoOfWhoWasAnsweredBeforeTheFirstEvent() {
    bench.send(Events.decided("u", "treatment", START));
    bench.send(Events.clicked("u", "e0", START + 1));
    bench.send(Events.clicked("u", "e1", START + 2));

    assertThat(bench.scored.getLast().getArmsMap()).isEqualTo(Map.of("greeting", "treatment"));
  }

  @Test
  void forgetsAnErasedUsersExposures() {
    bench.send(Events.clicked("u", "e0", START));
    bench.send(Events.decided("u", "treatment", START + 1));
    assertThat(bench.state().get(ExperimentBranch.WINDOWS_STORE)).isNotEmpty();
    bench.send(Events.erased("u", "e1", START + 2));

    assertThat(bench.state().get(ExperimentBranch.EXPOSURES_STORE)).isEmpty();
    assertThat(bench.state().get(ExperimentBranch.WINDOWS_STORE))
        .as("its keys name users")
        .isEmpty();
    bench.send(Events.clicked("u", "e2", START + 3));
    assertThat(bench.scored.getLast().getArmsMap()).isEmpty();
  }

  @Test
  void aReplyFromBeforeAnErasureBringsNobodyBack() {
    bench.send(Events.clicked("u", "e0", START));
    bench.send(Events.decided("u", "treatment", START + 1));
    bench.send(Events.erased("u", "e1", START + 2_000));

    // of another topic, so it may be read later
    bench.send(Events.decided("u", "treatment", START + 1_000));

    assertThat(bench.state().get(ExperimentBranch.EXPOSURES_STORE)).isEmpty();
    assertThat(bench.state().get("kpi-users")).isEmpty();
    bench.send(Events.clicked("u", "e2", START + 3_000));
    assertThat(bench.scored.getLast().getArmsMap()).isEmpty();

    bench.send(Events.decided("u", "control", START + 4_000));
    assertThat(bench.state().get(ExperimentBranch.EXPOSURES_STORE)).containsOnlyKeys("u");
  }

  @Test
  void countsWhatWaitedInTheTopicForLongerThanSettle() {
    bench.send(Events.decided("u", "treatment", START + 1));

    bench.fallBehind();
    bench.pass(Duration.ofMinutes(75));
    bench.send(Events.agentReplied("u", "e1", START + 30 * MINUTE, 40));
    bench.pass(Duration.ofSeconds(2));
    bench.catchUp();
    bench.pass(Duration.ofSeconds(2));

    assertThat(arm(newest(), "treatment").getMetrics().getFirst().getY()).isEqualTo(40);
  }

  @Test
  void countsEventsThatAreReadBeforeTheDecisionTheyFollow() {
    bench.send(Events.agentReplied("u", "e0", START, 1_000));
    bench.send(Events.agentReplied("u", "e1", START + 2, 40));
    bench.send(Events.issueOpened("u", "e2", START + 3_000));
    bench.pass(Duration.ofSeconds(50));
    bench.send(Events.decided("u", "treatment", START + 1));
    bench.send(Events.issueResolved("u", "e3", START + 60_000));
    bench.pass(Duration.ofMinutes(122));

    ArmResult arm = arm(newest(), "treatment");
    assertThat(arm.getSilent()).isZero();
    assertThat(arm.getMetrics()).extracting(MetricResult::getY).containsExactly(40.0, 57.0);
  }

  @Test
  void keepsEventsOnlyWhileADecisionMayComeLate() {
    bench.send(Events.clicked("u", "e0", START));
    bench.pass(Duration.ofSeconds(40));
    bench.send(Events.clicked("u", "e1", START + 40_000));
    bench.pass(Duration.ofSeconds(59));
    assertThat(bench.state().get(ExperimentBranch.EXPOSURES_STORE)).isNotEmpty();

    bench.pass(Duration.ofSeconds(1));

    assertThat(bench.state().get(ExperimentBranch.EXPOSURES_STORE)).isEmpty();
    assertThat(bench.state().get(ExperimentBranch.WINDOWS_STORE)).isEmpty();
  }

  @Test
  void forgetsAnErasedUsersKeptEvents() {
    bench.send(Events.agentReplied("u", "e0", START + 2, 40));
    bench.send(Events.erased("u", "e1", START + 3));

    assertThat(bench.state().get(ExperimentBranch.EXPOSURES_STORE)).isEmpty();
  }

  @Test
  void tellsWhenABusyUsersEventsHadToGo() {
    for (int i = 0; i < 20; i++) {
      bench.send(Events.clicked("u", "e" + i, START + i));
    }

    assertThat(bench.meters.get("attune.experiments.dropped.events").counter().count())
        .isEqualTo(4);
  }

  @Test
  void sendsWhatIsNoDecisionToTheDeadLetters() {
    bench.pipe(Bench.TOPICS.decisions(), "u", new byte[] {1, 2, 3}, START);

    assertThat(bench.deadLetters())
        .singleElement()
        .satisfies(letter -> assertThat(letter.value().getTopic()).isEqualTo("attune.decisions"))
        .satisfies(letter -> assertThat(letter.value().getCode()).isEqualTo("not_wire_format"));
  }

  /** Crashes that take state back to the last commit and read the same records again. */
  @Test
  void countsEveryUserOnceWhateverCrashes() {
    List<SpecificRecord> records = records(new SplittableRandom(7), 60);
    ExperimentResult calm = run(records, List.of());
    assertThat(arm(calm, "treatment").getExposed() + arm(calm, "control").getExposed())
        .isEqualTo(60);
    assertThat(arm(calm, "treatment").getFinished() + arm(calm, "control").getFinished())
        .isEqualTo(60);

    for (int seed = 0; seed < 5; seed++) {
      List<Integer> crashes = Bench.crashes(seed, records.size());
      ExperimentResult stormy = run(records, crashes);
      assertThat(stormy.getArms()).as("seed %s", seed).isEqualTo(calm.getArms());
      assertThat(stormy.getEras()).isEqualTo(calm.getEras());
    }
  }

  private ExperimentResult run(List<SpecificRecord> records, List<Integer> crashes) {
    bench.run(records, crashes);
    bench.pass(Duration.ofHours(3));
    bench.pass(Duration.ofHours(3));
    return newest();
  }

  private static List<SpecificRecord> records(SplittableRandom random, int users) {
    List<SpecificRecord> records = new ArrayList<>();
    for (int i = 0; i < users; i++) {
      String user = "u-" + i;
      records.add(Events.decided(user, random.nextBoolean() ? "treatment" : "control", START + i));
      for (int n = random.nextInt(4); n > 0; n--) {
        records.add(Events.agentReplied(user, user + "-" + n, START + i + n, random.nextInt(100)));
      }
    }
    return records;
  }

  private ExperimentResult newest() {
    return newest("greeting", bench.results());
  }

  private static ExperimentResult newest(
      String key, List<TestRecord<String, ExperimentResult>> results) {
    return results.stream()
        .filter(one -> one.key().equals(key))
        .reduce((_, later) -> later)
        .orElseThrow()
        .value();
  }

  private static ArmResult arm(ExperimentResult result, String variant) {
    return result.getArms().stream()
        .filter(arm -> arm.getVariant().equals(variant))
        .findFirst()
        .orElseThrow();
  }
}

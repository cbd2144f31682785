package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.attune.chaos.Check;
import dev.attune.chaos.Progress;
import dev.attune.chaos.ledger.Evidence;
import dev.attune.chaos.ledger.FaultTimes;
import dev.attune.chaos.ledger.Ledger;
import dev.attune.chaos.load.Load;
import dev.attune.chaos.load.LoadShape;
import dev.attune.chaos.load.ReplyCounts;
import dev.attune.chaos.load.RequestCounts;
import dev.attune.chaos.stack.StoreContents;
import dev.attune.system.PlayedChart.Images;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Under load, the chart is upgraded to a version that does not exist ({@code
 * deploy/images/next.sh}): events and decisions have a field more, users' rows are of the next
 * version. The roll-back halts at feature-streams, which can't read rows of a newer version; with
 * the newer version installed again all goes on.
 */
@EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
class UpgradeIT {
  private static final Path NEXT = BuiltImages.ARCHIVES.resolve("next");
  private static final long SEED = 20260103;

  /** So many events are accepted before and after each change. */
  private static final int BETWEEN = 2_000;

  /** As {@code helm rollback --wait --timeout}. */
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  private static final double MOST_ERRORS = 0.001;

  /** 200 events and 40 replies a second, beside pods that start: two processors do it. */
  private static final LoadShape SHAPE = new LoadShape(8, 3, Duration.ofMillis(120), 200, 8);

  private static final Map<String, Integer> REPLICAS =
      Map.of(
          "services.gateway.replicas", 2,
          "services.responses.replicas", 2,
          "services.inference.replicas", 2);

  private static final Progress FIGURES = new PrintedProgress();

  @Test
  void anUpgradeAndARollbackThatHaltsLoseNothing() throws Exception {
    PlayedChart.assumeItRunsHere();
    assumeTrue(
        Files.isRegularFile(NEXT.resolve("attune-response-api.tar")),
        "there is no next version; ./attune test long builds it");
    try (PlayedChart chart = PlayedChart.prepare(PlayedChart.benchModels())) {
      Images now = chart.load(BuiltImages.ARCHIVES);
      Images next = chart.load(NEXT);
      List<Map<String, Object>> older = PlayedChart.render(now, REPLICAS);
      List<Map<String, Object>> newer = PlayedChart.render(next, REPLICAS);
      chart.apply(older);
      StoreContents contents = new StoreContents(chart.places());

      try (Load load = Load.on(chart.gatewayUrl(), chart.responsesUrl(), SHAPE, SEED, FIGURES)) {
        load.awaitAccepted(BETWEEN);
        timed("upgrade", load, () -> chart.apply(newer));
        assertThat(PlayedChart.schemasOf("attune.interaction-events-value")).isEqualTo(2);
        timed("rollback", load, () -> haltsAtFeatureStreams(chart, older));
        timed("newer again", load, () -> chart.apply(newer));
        load.stopSending();

        List<Check> checks = new ArrayList<>();
        checks.add(fewErrors(load.attempts(), load.takeReplies()));
        checks.addAll(evidence(load.ledger(), contents).checks());
        checks.forEach(check -> FIGURES.say(check.must() + ": " + check.seen()));
        assertThat(checks).allMatch(Check::held);
        assertThat(chart.conductor().restarted()).isEmpty();
        assertThat(chart.conductor().killed()).isEmpty();
      }
    }
  }

  private interface Change {
    void happen() throws IOException, InterruptedException;
  }

  private static void timed(String what, Load load, Change change) throws Exception {
    long began = System.nanoTime();
    change.happen();
    FIGURES.say(what + " took " + Duration.ofNanos(System.nanoTime() - began).toSeconds() + " s");
    load.awaitAccepted(BETWEEN);
  }

  /** Its last pod says why, and nothing else fails: all other services are back. */
  private static void haltsAtFeatureStreams(PlayedChart chart, List<Map<String, Object>> older) {
    assertThatIllegalStateException()
        .isThrownBy(() -> chart.conductor().apply(PlayedChart.RELEASE, older, TIMEOUT))
        .satisfies(halted -> assertThat(halted.getSuppressed()).as("other services").isEmpty())
        .havingCause()
        .withMessageStartingWith("shop-attune-streams-1 is not ready")
        .withMessageContaining("leaves its partitions to the newer one");
  }

  private static Check fewErrors(RequestCounts attempts, ReplyCounts replies) {
    long all = attempts.all() + replies.all();
    long failed = attempts.unavailable() + attempts.broken() + attempts.refused();
    double share = (failed + replies.failures()) / (double) all;
    return new Check(
        "fewer than 0.1 % of the requests fail",
        ("%,d requests: %.3f %% failed; gateway: %,d answered 503, %,d broken off, %,d otherwise;"
                + " replies: %,d server errors, %,d broken off")
            .formatted(
                all,
                100 * share,
                attempts.unavailable(),
                attempts.broken(),
                attempts.refused(),
                replies.serverErrors(),
                replies.broken()),
        share < MOST_ERRORS);
  }

  private static Evidence evidence(Ledger ledger, StoreContents contents)
      throws InterruptedException {
    Set<String> shown = ledger.shown();
    Eventually.holds("all is applied, and logged", () -> contents.hasAll(ledger, shown));
    return contents.evidence(ledger, new FaultTimes(), shown);
  }
}

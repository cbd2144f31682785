package dev.attune.system;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.attune.local.stack.StackSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./attune load}: Locust's users, its report, and the objectives that end it. */
@TestMethodOrder(OrderAnnotation.class)
class LoadIT {
  private static final StackSettings SETTINGS = RunningStack.shared().settings();

  @TempDir private static Path folder;

  /** A run that misses its objective, beside the other one. */
  private static @Nullable Process missing;

  @BeforeAll
  static void begin() throws IOException {
    assumeTrue(Shell.has("locust"), "needs locust");
    missing =
        AttuneCommand.begin(
            SETTINGS, folder.resolve("out"), "load", "--users=2", "--seconds=3", "--p99=1");
  }

  @AfterAll
  static void end() {
    if (missing != null) {
      missing.destroy();
    }
  }

  @Test
  @Order(1)
  void aSpikeAndReconnectingUsersAreServed() throws IOException {
    Path report = folder.resolve("report.html");

    List<String> lines =
        AttuneCommand.printed(
            SETTINGS,
            "load",
            "--users=3",
            "--seconds=20",
            "--spike",
            "--reconnect=4",
            "--workers=2",
            "--p99=5000",
            "--report=" + report);

    assertThat(lines)
        .anyMatch(line -> line.matches("SLO failures: 0 of \\d+ requests, at most 0.00%: met"))
        .anyMatch(line -> line.matches("SLO events: batch: p99 \\d+ ms, at most 5000 ms: met"))
        .anyMatch(line -> line.matches("SLO responses: reply: p99 \\d+ ms, at most 5000 ms: met"))
        .noneMatch(line -> line.contains("MISSED"));
    assertCameAsAsked(lines);
    // its charts are drawn from these; no worker has written its own report over it
    assertThat(report)
        .content()
        .contains("events: batch", "response_time_percentile")
        .containsPattern("\"user_count\": [123]\\d");
  }

  private static void assertCameAsAsked(List<String> lines) {
    assertThat(lines).contains("LOAD processes that sent: 2");
    Matcher spike = only(lines, "LOAD spike: from 3 to (\\d+) users in ([0-9.]+) s");
    assertThat(spike.group(1)).isEqualTo("30");
    assertThat(Double.parseDouble(spike.group(2))).isBetween(1.0, 10.0);
    Matcher sent = only(lines, "LOAD accepted of senders: (\\d+) events in (\\d+) batches");
    int batches = Integer.parseInt(sent.group(2));
    assertThat(batches).isGreaterThanOrEqualTo(10);
    assertThat(Integer.parseInt(sent.group(1))).isBetween(5 * batches, 50 * batches);
    Matcher visits = only(lines, "LOAD visits: (\\d+), (\\d+) of the one who comes most often");
    assertThat(Integer.parseInt(visits.group(2)) / Double.parseDouble(visits.group(1)))
        .as("a fifth, as Zipf has it; all alike would have a ten-thousandth")
        .isBetween(0.1, 0.35);
    Matcher left = only(lines, "LOAD connections left for new ones: (\\d+)");
    assertThat(Integer.parseInt(left.group(1))).as("more than users").isGreaterThan(30);
  }

  private static Matcher only(List<String> lines, String pattern) {
    List<Matcher> matches =
        lines.stream().map(Pattern.compile(pattern)::matcher).filter(Matcher::matches).toList();
    assertThat(matches).as("%s in %s", pattern, lines).hasSize(1);
    return matches.getFirst();
  }

  @Test
  @Order(2)
  void aMissedObjectiveFailsTheRun() throws Exception {
    Process load = requireNonNull(missing);

    assertThat(load.waitFor(Eventually.DEADLINE)).as("it ended in time").isTrue();
    assertThat(load.exitValue()).isNotZero();
    assertThat(folder.resolve("out")).content().contains("at most 1 ms: MISSED");
  }
}

package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * What the loop is for: the simulated shop opens with a model that has seen a few customers, runs
 * {@code ./attune retrain} three times while customers come and go. More of them press a quick
 * reply afterwards, which they do only where the reply fits. What people spent on a conversation is
 * printed: of so few conversations its difference may be chance, {@link ThreeMonthsTest} has enough
 * for an interval. A month is some minutes here; customers are the demo's.
 */
@EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
@Timeout(1_800)
class ThreeMonthsIT {
  private static final int MONTHS = 3;
  private static final Duration BEFORE = Duration.ofSeconds(90);

  /** Of the past by which the shop has learned when it opens. */
  private static final int PART = 50;

  @TempDir private Path folder;

  @Test
  void moreRepliesFitAfterThreeMonths() throws Exception {
    Path playbook = PlaybookCopy.hurried(folder);
    try (RunningStack stack = RunningStack.start("months-stack", playbook)) {
      var shop = new YoungShop(stack, folder);
      List<String> past = shop.past();
      String first = shop.goLiveAfter(past.subList(0, past.size() / PART));
      Process customers =
          AttuneCommand.begin(
              stack.settings(),
              folder.resolve("demo.out"),
              "demo",
              "--rate",
              "100",
              "--seconds",
              "1700");
      try {
        for (int month = 0; month < MONTHS; month++) {
          Thread.sleep(BEFORE);
          shop.retrain().forEach(System.out::println);
        }
        Thread.sleep(BEFORE);
      } finally {
        customers.destroyForcibly().waitFor();
      }
      String last = shop.registry().live().orElseThrow().version();

      AttuneCommand.printed(stack.settings(), "kpis", "--by", "model").forEach(System.out::println);
      JsonNode report = AttuneCommand.run(stack.settings(), "kpis", "--by", "model", "--json");
      assertThat(last).isNotEqualTo(first);
      assertThat(fitting(report, last)).as("%s", report).isGreaterThan(fitting(report, first));
    }
  }

  /** The share of conversations in which a quick reply was pressed. */
  private static double fitting(JsonNode report, String model) {
    for (JsonNode row : report.path("rows")) {
      if (row.path("value").asString().equals(model)) {
        return row.path("engagement").path("quickReplyShare").asDouble();
      }
    }
    throw new AssertionError("No conversation with " + model + ": " + report);
  }
}

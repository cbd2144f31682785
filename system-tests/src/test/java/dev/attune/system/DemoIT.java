package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.infra.Checkout;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.StackListener;
import dev.attune.local.stack.StackSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a newcomer runs first, from an empty folder on, and then asks the console. */
@Timeout(360)
class DemoIT {
  private static final boolean LONG = Boolean.getBoolean("attune.test.long");

  /** More customers than in the minute of the usual demo, in less time. */
  private static final String[] SHORT = {"demo", "--rate", "150", "--seconds", "40"};

  private static final String[] AS_IT_IS = {"demo"};

  private final Path root = Checkout.find().root();
  private final StackSettings settings =
      StackSettings.isolated(
          root.resolve("system-tests/target/demo-stack"), root.resolve("playbooks/support"));

  @Test
  void takesEveryEventAndShowsNoDriftWhereThereIsNone() throws Exception {
    LocalStack stack = new LocalStack(settings, StackListener.SILENT);
    stack.purge();
    Path out = Files.createDirectories(settings.home()).resolve("demo.out");
    Process demo = AttuneCommand.begin(settings, out, LONG ? AS_IT_IS : SHORT);
    try {
      assertThat(demo.waitFor(240, TimeUnit.SECONDS)).as("it ended in time").isTrue();

      String printed = Files.readString(out);
      assertThat(demo.exitValue()).as(printed).isZero();
      assertThat(printed)
          .as("as many accepted as sent")
          .containsPattern("events +([\\d,]+) sent, \\1 accepted, 0 rejected")
          .contains("treatment − control:", "the simulator's true effect:");
      assertThat(millis(printed, "p50 \\d+ ms, p99 (\\d+) ms in the first 5 s"))
          .as("the goal is 500, for a quiet machine; 2,500 without start-up caches")
          .isBetween(1, 5_000);
      await("drift is compared")
          .atMost(Duration.ofSeconds(60))
          .until(() -> levels().getOrDefault("STABLE", 0) > 20);
      assertThat(levels()).as("%s", drift()).doesNotContainKeys("MOVED", "DRIFTED", "");
      System.out.println("drift after the demo: " + levels());
      if (Node.hasBrowser()) {
        Node.browse(settings, Map.of("ATTUNE_DEMO_SAID", out.toString()), "demo.browser.mjs");
      }
    } finally {
      demo.destroyForcibly();
      stack.down();
    }
  }

  private static int millis(String printed, String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(printed);
    assertThat(found.find()).as(printed).isTrue();
    return Integer.parseInt(found.group(1));
  }

  /** How many distributions are at each level: features, predictions and their confidence. */
  private Map<String, Integer> levels() {
    JsonNode report = drift();
    List<JsonNode> all = new ArrayList<>();
    report.path("features").forEach(all::add);
    all.add(report.path("prediction"));
    all.add(report.path("confidence"));
    Map<String, Integer> levels = new TreeMap<>();
    all.forEach(one -> levels.merge(one.path("level").asString(), 1, Integer::sum));
    return levels;
  }

  private JsonNode drift() {
    var request =
        HttpRequest.newBuilder(URI.create(settings.inferenceUrl() + "/v1/drift"))
            .header("Authorization", "Bearer " + LocalKeys.SECRET);
    try {
      return JsonMapper.shared().readTree(BoundedHttp.send(request).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

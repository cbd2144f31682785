package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.attune.core.files.Folders;
import dev.attune.local.client.GatewayClient;
import dev.attune.local.client.ResponsesClient;
import dev.attune.local.stack.LocalKeys;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The chart in a cluster that is lost with its Kafka, but for the volume of backups: the job of the
 * same chart restores it into another cluster, which knows the same users.
 */
@EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
class RestoredChartIT {
  private static final String JOB = "shop-attune-backup";
  private static final String CLAIM = "backups";
  private static final int EPOCH = 1;
  private static final List<String> USERS =
      IntStream.range(0, 12).mapToObj(n -> "restored-" + n).toList();

  @TempDir private Path folder;

  @Test
  void anotherClusterKnowsWhatTheLostOneKnew() throws Exception {
    String hindrance = PlayedChart.hindrance();
    assumeTrue(hindrance.isEmpty(), hindrance);
    Path kept = folder.resolve("backup");
    Map<String, JsonNode> before;
    try (PlayedChart lost = PlayedChart.prepare(PlayedChart.benchModels())) {
      lost.apply(PlayedChart.render(lost.load(BuiltImages.ARCHIVES), backups()));
      USERS.forEach(user -> predicted(lost, user));
      before = known(lost);

      System.out.println(lost.conductor().runNow(PlayedChart.RELEASE, JOB));
      Folders.copy(lost.conductor().claim(CLAIM), kept);
    }

    Path noModels = Files.createDirectory(folder.resolve("models"));
    try (PlayedChart other = PlayedChart.prepare(noModels)) {
      PlayedChart.Images images = other.load(BuiltImages.ARCHIVES);
      Folders.copy(kept, other.conductor().claim(CLAIM));
      other.apply(PlayedChart.render(images, restoring()));
      System.out.println(other.conductor().runNow(PlayedChart.RELEASE, JOB));
      other.apply(PlayedChart.render(images, Map.of("topics.epoch", EPOCH)));

      Eventually.holds("the same is known of everybody", () -> known(other).equals(before));
      predicted(other, USERS.getFirst());
    }
  }

  private static Map<String, Object> backups() {
    return Map.of("jobs.backup.claim", CLAIM, "jobs.schedules.backup.enabled", true);
  }

  /** No service yet; what the job of backups is told makes it the one of a restore. */
  private static Map<String, Object> restoring() {
    return Map.of(
        "serviceDefaults.enabled",
        false,
        "topics.epoch",
        EPOCH,
        "jobs.backup.claim",
        CLAIM,
        "jobs.schedules.backup.enabled",
        true,
        "jobs.schedules.backup.schedule",
        "0 0 30 2 *",
        "jobs.schedules.backup.arguments[0]",
        "restore",
        "jobs.schedules.backup.arguments[1]",
        "/backup");
  }

  /** Sends a message of a user, and waits until it is in a prediction. */
  private static void predicted(PlayedChart chart, String user) {
    try (var gateway = new GatewayClient(chart.gatewayUrl(), LocalKeys.WRITE);
        var responses = new ResponsesClient(chart.responsesUrl(), LocalKeys.SECRET)) {
      String token =
          Objects.requireNonNull(
              gateway
                  .send(List.of(Events.messageSent(user, "where is my order")))
                  .tokens()
                  .get(user));
      Eventually.holds(
          user + " is scored",
          () -> responses.prediction(user, token, 1_000).orElseThrow().includes(token));
    }
  }

  private static Map<String, JsonNode> known(PlayedChart chart) {
    Map<String, JsonNode> known =
        USERS.stream()
            .collect(
                Collectors.toMap(
                    user -> user, user -> Users.restorable(chart.responsesUrl(), user)));
    assertThat(known.values()).noneMatch(user -> user.path("probabilities").isEmpty());
    return known;
  }
}

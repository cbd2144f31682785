package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.client.ResponsesClient.Question;
import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.stack.LocalKeys;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** On the running stack the loop takes a worse live model to a better one by itself. */
@Timeout(420)
class RetrainIT {
  private static final int USERS = 300;
  private static final int BATCH = 500;

  @TempDir private Path folder;

  @Test
  void aWorseLiveModelGivesWayToABetterOneStepByStep() throws Exception {
    Path playbook = PlaybookCopy.hurried(folder);
    try (RunningStack stack = RunningStack.start("retrain-stack", playbook)) {
      var shop = new YoungShop(stack, folder);
      List<String> past = shop.past();
      ModelRegistry registry = shop.registry();
      String worse = shop.goLiveAfter(past.subList(0, past.size() / 15));
      for (int i = 0; i < past.size(); i += BATCH) {
        stack.gateway.send(past.subList(i, Math.min(past.size(), i + BATCH)));
      }
      var stopped = new AtomicBoolean();
      Thread visitors =
          Thread.ofPlatform().name("visitors").start(() -> visit(stack, "visitor", stopped));
      List<String> printed;
      try {
        printed = shop.retrain();
      } finally {
        stopped.set(true);
        visitors.join();
      }

      printed.forEach(System.out::println);
      String now = registry.live().orElseThrow().version();
      assertThat(now).as("%s", printed).isNotEqualTo(worse);
      assertThat(BundleFiles.manifest(registry.published(now)).metrics())
          .as("better on newer rows, by the whole interval")
          .hasEntrySatisfying("live_logloss_gain_low", gain -> assertThat(gain).isPositive());
      assertThat(steps(stack, now))
          .as("%s", printed)
          .containsExactly(
              "rollout_trained",
              "rollout_shadow",
              "rollout_canary",
              "rollout_live",
              "rollout_done");
      assertThat(audited(stack, "job:retrain"))
          .as("it copied users' data first")
          .anyMatch(record -> String.valueOf(record.get("action")).equals("export"));
      JsonNode report = report(stack, now);
      assertThat(report.path("arms"))
          .as("users of both arms were exposed: %s", report)
          .allSatisfy(arm -> assertThat(arm.path("exposed").asLong()).isPositive());

      AttuneCommand.printed(
          stack.settings(), "models", "promote", worse, "--force", "the better one is broken");
      assertThat(registry.live().orElseThrow().version()).isEqualTo(worse);
      assertThat(audited(stack, "user:" + System.getProperty("user.name"), worse))
          .map(record -> record.get("action") + ": " + record.get("detail"))
          .containsExactly("model_promote_override: the better one is broken");
    }
  }

  private static void visit(RunningStack stack, String name, AtomicBoolean stopped) {
    for (int n = 0; !stopped.get(); n = (n + 1) % USERS) {
      String user = name + "-" + n;
      String token =
          stack
              .gateway
              .send(List.of(Events.messageSent(user, "where is my order")))
              .tokens()
              .get(user);
      stack.responses.ask(new Question(user, user + "-1", "greeting", "en-US", token, 200));
    }
  }

  private static List<String> steps(RunningStack stack, String version) {
    return audited(stack, "job:retrain", version).stream()
        .map(record -> String.valueOf(record.get("action")))
        .toList();
  }

  /** What the topic holds of somebody's acts on a version. */
  private static List<GenericRecord> audited(RunningStack stack, String actor, String version) {
    return audited(stack, actor).stream()
        .filter(record -> ("model:" + version).equals(String.valueOf(record.get("subject"))))
        .toList();
  }

  private static List<GenericRecord> audited(RunningStack stack, String actor) {
    var wire = new ConfluentFormat(URI.create(stack.settings().registryUrl()));
    return RawTopic.values(stack.settings().bootstrapServers(), "attune.audit", actor).stream()
        .map(wire::read)
        .toList();
  }

  private static JsonNode report(RunningStack stack, String version) throws IOException {
    URI results =
        URI.create(
            stack.settings().responsesUrl() + "/v1/experiments/canary:" + version + "/results");
    String body =
        BoundedHttp.send(
                HttpRequest.newBuilder(results)
                    .header("Authorization", "Bearer " + LocalKeys.SECRET))
            .body();
    return JsonMapper.shared().readTree(body);
  }
}

package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.local.client.ResponsesClient.Question;
import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.stack.LocalKeys;
import dev.attune.simulation.PastWorld;
import dev.attune.simulation.SimulationSpec;
import dev.attune.training.Progress;
import dev.attune.training.train.Trainer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
      List<String> past = past(playbook);
      ModelRegistry registry = registry(stack);
      String worse = worse(stack, past.subList(0, past.size() / 15), registry);
      for (int i = 0; i < past.size(); i += BATCH) {
        stack.gateway.send(past.subList(i, Math.min(past.size(), i + BATCH)));
      }
      var stopped = new AtomicBoolean();
      Thread visitors =
          Thread.ofPlatform().name("visitors").start(() -> visit(stack, "visitor", stopped));
      List<String> printed;
      try {
        printed = retrain(stack);
      } finally {
        stopped.set(true);
        visitors.join();
      }

      printed.forEach(System.out::println);
      String now = registry.live().orElseThrow().version();
      assertThat(now).as("%s", printed).isNotEqualTo(worse);
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

  private List<String> past(Path playbook) throws IOException {
    Path file = folder.resolve("past.jsonl");
    PastWorld.write(SimulationSpec.load(playbook), 11, Instant.now(), file);
    return Files.readAllLines(file);
  }

  private static ModelRegistry registry(RunningStack stack) {
    Path playbook = stack.settings().playbook();
    return new ModelRegistry(stack.settings().models().resolve(Playbook.load(playbook).name()));
  }

  /** A live version that has seen a few events only. */
  private String worse(RunningStack stack, List<String> events, ModelRegistry registry)
      throws IOException, ModelException {
    Path file = Files.write(folder.resolve("little.jsonl"), events);
    String version =
        Trainer.train(
                new Trainer.Request(
                    file,
                    Playbook.load(stack.settings().playbook()),
                    Long.MIN_VALUE,
                    Long.MAX_VALUE,
                    registry,
                    Instant.now()),
                Progress.SILENT)
            .version();
    registry.promoteDespiteGates(version);
    return version;
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

  private List<String> retrain(RunningStack stack) throws IOException, InterruptedException {
    Path out = folder.resolve("retrain.out");
    Process process = AttuneCommand.begin(stack.settings(), out, "retrain", "--quick");
    try {
      assertThat(process.waitFor(300, TimeUnit.SECONDS)).as(Files.readString(out)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(out)).isZero();
    return Files.readAllLines(out);
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

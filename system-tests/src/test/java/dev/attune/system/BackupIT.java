package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.scoring.ModelRegistry;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.client.GatewayClient;
import dev.attune.local.client.IngestAnswer;
import dev.attune.local.client.ResponsesClient.Question;
import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.StackSettings;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A lost cluster comes back from {@code ./attune backup}: another Kafka, registry, Redis and state
 * with nothing in them know the same users, predictions, decisions, arms, labels and models, and
 * nobody who was erased.
 */
@Timeout(600)
class BackupIT {
  private static final int USERS = 12;
  private static final String GONE = "backup-gone";
  private static final String KEY = "backup-key";

  private final RunningStack lost = RunningStack.shared();

  @TempDir Path folder;

  @Test
  void aLostClusterComesBackWithItsPredictions() throws Exception {
    String decision = history();
    Map<String, JsonNode> before = known(lost);
    Map<String, String> arms = arms(lost);
    JsonNode labels = get(lost, "/v1/labels");
    Path backup = folder.resolve("backup");
    Path keys = Files.writeString(folder.resolve("keys"), GatewayServer.key(KEY, "secret", ""));

    run(lost, 0, Map.of("ATTUNE_KEYS_FILE", keys.toString()), "backup", backup.toString());
    Path playbook = backup.resolve("playbook/support");
    try (RunningStack restored =
        RunningStack.empty("restored-stack", playbook, Map.of("ATTUNE_EPOCH", "1"))) {
      otherSchemaIds(restored);
      restored.keys(Files.readAllLines(backup.resolve("keys")));
      Map<String, String> epoch = Map.of("ATTUNE_EPOCH", "1");
      run(restored, 0, epoch, "restore", backup.toString());
      run(restored, 1, epoch, "restore", backup.toString());
      restored.up();

      Eventually.holds("predictions are back", () -> known(restored).equals(before));
      assertThat(Users.isPredicted(restored.settings(), GONE)).isFalse();
      assertThat(arms(restored)).isEqualTo(arms);
      assertThat(get(restored, "/v1/labels")).isEqualTo(labels);
      assertThat(models(restored)).isEqualTo(models(lost));
      run(restored, 0, Map.of(), "explain", decision);
      run(restored, 0, Map.of(), "restore", "--finish");
      itGoesOn(restored);
    }
  }

  /** Some customers, one of whom is erased; a reply to the first; its decision. */
  private String history() throws Exception {
    Map<String, String> tokens = new HashMap<>();
    for (int i = 0; i < USERS; i++) {
      String page = i % 2 == 0 ? "/returns/new" : "/orders/track";
      String text = i % 3 == 0 ? "my card was declined" : "I need help";
      IngestAnswer sent =
          lost.gateway.send(
              List.of(Events.pageViewed(user(i), page), Events.messageSent(user(i), text)));
      tokens.putAll(sent.tokens());
    }
    assertThat(tokens).hasSize(USERS);
    tokens.forEach(
        (user, token) ->
            Eventually.holds(
                user + " is scored",
                () -> lost.responses.prediction(user, token, 1_000).orElseThrow().includes(token)));
    String decision = ask(lost, user(0));
    Eventually.holds("the decision is logged", () -> lost.responses.decision(decision).isPresent());
    label("backup-message");
    erase();
    return decision;
  }

  private void erase() {
    assertThat(lost.gateway.send(List.of(Events.clicked(GONE, "a"))).accepted()).isEqualTo(1);
    Eventually.holds("the user is known", () -> Users.isPredicted(lost.settings(), GONE));
    var unused = lost.responses.erase(GONE);
    Eventually.holds("the user is erased", () -> !Users.isPredicted(lost.settings(), GONE));
  }

  private void label(String event) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(lost.settings().responsesUrl() + "/v1/labels"))
            .header("Authorization", "Bearer " + LocalKeys.SECRET)
            .header("Content-Type", "application/json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"eventId\":\"%s\",\"label\":\"refund\"}".formatted(event)));
    assertThat(BoundedHttp.send(request).statusCode()).isBetween(200, 204);
    Eventually.holds("the label is kept", () -> get(lost, "/v1/labels").toString().contains(event));
  }

  /** A reply's decision. */
  private static String ask(RunningStack stack, String user) {
    return stack
        .responses
        .ask(new Question(user, user + "-1", "greeting", "en-US", null, 0))
        .decisionId();
  }

  private static Map<String, JsonNode> known(RunningStack stack) {
    Map<String, JsonNode> all = new HashMap<>();
    IntStream.range(0, USERS)
        .mapToObj(BackupIT::user)
        .forEach(
            user -> {
              JsonNode known = Users.restorable(stack.settings().responsesUrl(), user);
              assertThat(known.path("probabilities").isEmpty()).isFalse();
              all.put(user, known);
            });
    return all;
  }

  private static Map<String, String> arms(RunningStack stack) throws Exception {
    Map<String, String> arms = new HashMap<>();
    for (int i = 0; i < USERS; i++) {
      String path = "/v1/experiments/personalized-greeting/assignment?userId=" + user(i);
      arms.put(user(i), get(stack, path + "&locale=en-US").path("variant").asString(""));
    }
    assertThat(arms).containsValue("control").containsValue("treatment");
    return arms;
  }

  private static List<ModelRegistry.Entry> models(RunningStack stack) throws Exception {
    return new ModelRegistry(stack.settings().models().resolve("support")).versions();
  }

  /** A registry that other people use, too, has given its first ids away. */
  private static void otherSchemaIds(RunningStack stack) {
    stack.local().up(Part.REGISTRY);
    var registry =
        new SchemaRegistryClient(
            URI.create(stack.settings().registryUrl()), Duration.ofSeconds(10));
    for (String name : List.of("First", "Second", "Third")) {
      Schema schema = Schema.createFixed(name, null, "other", 1);
      assertThat(registry.register("other-" + name, schema)).isPositive();
    }
  }

  /** Later events are newer than what was restored; an old key opens the gateway. */
  private static void itGoesOn(RunningStack stack) {
    try (var gateway = new GatewayClient(stack.settings().gatewayUrl(), KEY)) {
      IngestAnswer sent = gateway.send(List.of(Events.pageViewed(user(0), "/help")));
      String token = Objects.requireNonNull(sent.tokens().get(user(0)));
      Eventually.holds(
          "the next event counts",
          () -> stack.responses.prediction(user(0), token, 1_000).orElseThrow().includes(token));
    }
  }

  private static JsonNode get(RunningStack stack, String path) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(stack.settings().responsesUrl() + path))
            .header("Authorization", "Bearer " + LocalKeys.SECRET);
    return JsonMapper.shared().readTree(BoundedHttp.send(request).body());
  }

  private void run(
      RunningStack stack, int exit, Map<String, String> environment, String... arguments)
      throws Exception {
    StackSettings settings = stack.settings();
    Path out = Files.createTempFile(folder, "command", ".out");
    Process command = AttuneCommand.begin(settings, out, environment, arguments);
    try {
      assertThat(command.waitFor(Eventually.DEADLINE)).isTrue();
    } finally {
      command.destroyForcibly();
    }
    assertThat(command.exitValue()).as(() -> AttuneCommand.said(out)).isEqualTo(exit);
  }

  private static String user(int number) {
    return "backup-" + number;
  }
}

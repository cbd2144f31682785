package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.local.infra.Ports;
import dev.attune.local.infra.ServerProcess;
import dev.attune.local.stack.StackSettings;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.InteractionEvent;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * From a tab of a real browser to the topic: the browser SDK's own scenarios ({@code
 * sdk/js/test/stack}) run against the real services, then the topic is read. Every tracked id must
 * be there, no other, and the pipeline must have counted each once. Where a page went away before
 * it heard the answer, or the answer was lost, a record may be there twice, under its one id.
 */
class BrowserIT {
  private static final String EVENTS = Topics.standard().interactionEvents();

  /** What a scenario tracked; {@code mayRepeat} where nobody could hear an answer. */
  private record Tracked(String user, List<String> ids, boolean mayRepeat) {}

  @Test
  void everyTrackedEventArrivesAndCountsOnce() throws Exception {
    Node.assumeWithBrowser();
    RunningStack stack = RunningStack.shared();
    Path sdk = stack.settings().checkout().root().resolve("sdk/js");
    Path tracked = Files.createTempFile(stack.settings().home(), "tracked", ".jsonl");
    int shop = Ports.free();

    try (var bound = OriginBoundGateway.start(stack.settings(), "http://127.0.0.1:" + shop)) {
      Node.install(sdk);
      Node.run(
          sdk,
          environment(stack.settings(), bound, shop, tracked),
          List.of("npm", "run", "test:stack"));
    }

    List<Tracked> scenarios = read(tracked);
    assertThat(scenarios).hasSizeGreaterThanOrEqualTo(15);
    assertThat(scenarios).allSatisfy(scenario -> assertArrived(stack.settings(), scenario));
    assertThat(scenarios)
        .filteredOn(scenario -> scenario.ids().size() > 3)
        .allSatisfy(scenario -> assertCountedOnce(stack, scenario));
  }

  private static void assertArrived(StackSettings settings, Tracked scenario) {
    List<String> stored = storedIds(settings, scenario.user());
    assertThat(new HashSet<>(stored))
        .as("ids of %s in the topic", scenario.user())
        .isEqualTo(new HashSet<>(scenario.ids()));
    if (!scenario.mayRepeat()) {
      assertThat(stored).as("records of %s", scenario.user()).doesNotHaveDuplicates();
    }
  }

  private static void assertCountedOnce(RunningStack stack, Tracked scenario) {
    Eventually.holds(
        scenario.user() + " is counted",
        () -> clicks(stack, scenario.user()) >= scenario.ids().size());
    assertThat(clicks(stack, scenario.user()))
        .as("clicks that the pipeline counted for %s", scenario.user())
        .isEqualTo(scenario.ids().size());
  }

  private static double clicks(RunningStack stack, String user) {
    return Users.feature(stack.settings(), user, "clicks_24h");
  }

  private static List<String> storedIds(StackSettings settings, String user) {
    var registry =
        new SchemaRegistryClient(URI.create(settings.registryUrl()), Duration.ofSeconds(10));
    var deserializer = new AvroDeserializer<>(registry, InteractionEvent.class);
    return RawTopic.values(settings.bootstrapServers(), EVENTS, user).stream()
        .map(value -> Objects.requireNonNull(deserializer.deserialize(EVENTS, value)).getEventId())
        .toList();
  }

  private static List<Tracked> read(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .map(line -> JsonMapper.shared().readTree(line))
        .map(
            (JsonNode line) ->
                new Tracked(
                    line.path("user").asString(),
                    line.path("ids").valueStream().map(JsonNode::asString).toList(),
                    line.path("mayRepeat").asBoolean()))
        .toList();
  }

  private static Map<String, String> environment(
      StackSettings settings, OriginBoundGateway bound, int shop, Path tracked) {
    return Map.of(
        "ATTUNE_CHROMIUM", Node.CHROMIUM.toString(),
        "ATTUNE_GATEWAY_URL", settings.gatewayUrl(),
        "ATTUNE_RESPONSES_URL", settings.responsesUrl(),
        "ATTUNE_BOUND_GATEWAY_URL", bound.url(),
        "ATTUNE_SHOP_PORT", Integer.toString(shop),
        "ATTUNE_TRACKED_FILE", tracked.toString());
  }

  /** Another gateway before the same topic, whose write key belongs to one origin. */
  private record OriginBoundGateway(ServerProcess process, String url) implements AutoCloseable {
    static OriginBoundGateway start(StackSettings settings, String origin) throws IOException {
      List<String> keys = List.of(GatewayServer.key("shop-write", "write", origin));
      var server = GatewayServer.withKeys(settings, keys, Map.of());
      var process = ServerProcess.start(server, settings.home().resolve("logs/bound-gateway.log"));
      process.awaitReady(Duration.ofSeconds(120));
      return new OriginBoundGateway(process, "http://127.0.0.1:" + server.port());
    }

    @Override
    public void close() {
      process.stop();
    }
  }
}

package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.scoring.ModelRegistry;
import dev.attune.deploy.Chart;
import dev.attune.local.client.GatewayClient;
import dev.attune.local.stack.LocalKeys;
import dev.attune.schemas.KeptTopic;
import dev.attune.schemas.Topics;
import dev.attune.simulation.PastWorld;
import dev.attune.simulation.SimulationSpec;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * The chart run, not only rendered: its manifests, played pod by pod with the images that {@code
 * ./attune images} built.
 */
class ChartIT {
  private static final boolean LONG = Boolean.getBoolean("attune.test.long");

  private static @Nullable PlayedChart chart;

  @BeforeAll
  static void install() throws Exception {
    PlayedChart.assumeItRunsHere();
    // training one takes longer than all else here
    chart = PlayedChart.prepare(RunningStack.shared().settings().models());
    chart.apply(PlayedChart.render(chart.load(BuiltImages.ARCHIVES), values()));
  }

  private static Map<String, Object> values() {
    var values = new HashMap<String, Object>();
    values.put("jobs.topics.enabled", true);
    if (LONG) {
      values.put("services.console.enabled", true);
      // the chart's own, with which a JVM may refuse a cache
      values.put("serviceDefaults.jvmOptions", "");
    }
    return values;
  }

  @AfterAll
  static void uninstall() {
    if (chart != null) {
      chart.close();
    }
  }

  @Test
  void anEventGoesInAndAPersonalizedReplyComesOut() {
    PlayedChart played = played();
    played.awaitPersonalReply();

    assertThat(played.conductor().pods("shop-attune-streams"))
        .containsExactly("shop-attune-streams-0", "shop-attune-streams-1");
    assertThat(played.conductor().restarted()).isEmpty();
  }

  /** The services are told to make none; this is asked of Kafka. */
  @Test
  void theTopicsAreThoseThatTheJobHasMade() throws Exception {
    Topics topics = Topics.standard();
    try (Admin admin = played().kafka()) {
      List<String> names = topics.all().stream().map(KeptTopic::name).toList();
      assertThat(admin.describeTopics(names).allTopicNames().get().values())
          .hasSize(names.size())
          .allMatch(topic -> topic.partitions().size() == 4);
    }
    for (String subject : topics.subjects().keySet()) {
      assertThat(PlayedChart.schemasOf(subject)).as(subject).isEqualTo(1);
    }
  }

  /** KEDA only runs in a cluster; by another name it would see no lag, and add nothing. */
  @Test
  void kedaIsToldTheGroupAndTopicOfThoseWhoCountEvents() throws Exception {
    PlayedChart played = played();
    played.awaitPersonalReply();
    Map<String, Object> trigger = trigger(played.load(BuiltImages.ARCHIVES));
    String group = String.valueOf(trigger.get("consumerGroup"));

    try (Admin admin = played.kafka()) {
      Eventually.holds(
          "the group has read the topic",
          () ->
              admin
                  .listConsumerGroupOffsets(group)
                  .partitionsToOffsetAndMetadata()
                  .get()
                  .keySet()
                  .stream()
                  .anyMatch(read -> read.topic().equals(trigger.get("topic"))));
    }
  }

  private static Map<String, Object> trigger(PlayedChart.Images images) {
    Map<String, Object> scaled =
        PlayedChart.render(
                images,
                Map.of(
                    "services.streams.autoscaling.enabled", true,
                    "services.streams.autoscaling.lag.enabled", true))
            .stream()
            .filter(object -> "ScaledObject".equals(object.get("kind")))
            .findFirst()
            .orElseThrow();
    List<?> triggers = (List<?>) Objects.requireNonNull(Chart.at(scaled, "spec").get("triggers"));
    return Chart.at(Chart.map(triggers.getFirst()), "metadata");
  }

  @Test
  void theExportJobKeepsWhatHappened() throws Exception {
    PlayedChart played = played();
    try (var gateway = new GatewayClient(played.gatewayUrl(), LocalKeys.WRITE)) {
      var unused = gateway.send(List.of(Events.clicked("exported", "menu")));
    }

    String printed = played.conductor().runNow(PlayedChart.RELEASE, "shop-attune-export");

    assertThat(printed).isNotEmpty();
    Path past = played.conductor().claim("past");
    try (Stream<Path> files = Files.walk(past)) {
      assertThat(files.filter(file -> file.toString().endsWith(".parquet"))).isNotEmpty();
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
  void eachServiceStartsFromItsImagesCache() throws Exception {
    for (String service : List.of("gateway", "streams", "inference", "responses", "console")) {
      String pod = played().conductor().pods("shop-attune-" + service).getFirst();

      ImageCache.assertTaken(service, played().conductor().processOf(pod));
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
  void theConsoleTellsWhoSignsInWhatTheServicesKnow() throws Exception {
    var console = new ConsoleClient(played().consoleUrl());

    String cookie = console.signIn("vera", "look");

    HttpResponse<String> models = console.ask("GET", "/api/inference/v1/models", cookie);
    assertThat(models.statusCode()).isEqualTo(200);
    assertThat(models.body()).contains(registry().live().orElseThrow().version());
    assertThat(console.ask("GET", "/api/overview", cookie).statusCode()).isEqualTo(200);
    assertThat(console.ask("GET", "/api/overview", "").statusCode()).isEqualTo(401);
  }

  private static ModelRegistry registry() throws IOException {
    return new ModelRegistry(played().conductor().claim("shop-attune-models").resolve("support"));
  }

  /** Up to the shadow, which nobody would wait for here. Training takes a minute or more. */
  @Test
  @EnabledIfSystemProperty(named = "attune.test.long", matches = "true")
  void theRetrainJobExportsAndTrainsAVersion(@TempDir Path folder) throws Exception {
    PlayedChart played = played();
    Path file = folder.resolve("past.jsonl");
    PastWorld.write(SimulationSpec.load(PlayedChart.PLAYBOOK), 31, Instant.now(), file);
    List<String> events = Files.readAllLines(file);
    try (var gateway = new GatewayClient(played.gatewayUrl(), LocalKeys.SECRET)) {
      for (int i = 0; i < events.size(); i += 500) {
        var unused = gateway.send(events.subList(i, Math.min(events.size(), i + 500)));
      }
    }
    ModelRegistry registry = registry();
    int versions = registry.versions().size();
    String live = registry.live().orElseThrow().version();

    String printed = played.conductor().runNow(PlayedChart.RELEASE, "shop-attune-retrain");

    System.out.println(printed);
    assertThat(printed).contains("trained ");
    assertThat(registry.versions()).hasSize(versions + 1);
    assertThat(registry.live().orElseThrow().version()).as("a dry run").isEqualTo(live);
    assertThat(played.conductor().claim("past").resolve("_export.json")).exists();
  }

  @Test
  void whatOnlyAClusterCanShowIsNamed() {
    assertThat(played().conductor().notPlayed(PlayedChart.RELEASE))
        .containsExactlyInAnyOrder("ServiceAccount", "PodDisruptionBudget");
  }

  private static PlayedChart played() {
    return Objects.requireNonNull(chart);
  }
}

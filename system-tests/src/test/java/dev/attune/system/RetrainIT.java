package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.RolloutProgress.Step;
import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.stack.LocalKeys;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.warehouse.Warehouse;
import dev.attune.warehouse.files.WarehouseFiles;
import dev.attune.warehouse.table.Table;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * On the running stack the loop takes a worse live model to a better one by itself: the shop has
 * moved its pages, drift begins the loop, and what it learns of the new pages is signed and becomes
 * live step by step, although a run is killed while it waits for the canary; in the long test also
 * one that exports and one that trains.
 */
@Timeout(420)
class RetrainIT {
  private static final boolean LONG = Boolean.getBoolean("attune.test.long");
  private static final int BATCH = 300;
  private static final Duration LIMIT = Duration.ofSeconds(400);
  private static final String[] LOOP = {"retrain", "--if-drifted", "--quick"};

  @TempDir private Path folder;

  @Test
  void aModelThatDriftedGivesWayToABetterOneStepByStep() throws Exception {
    Path playbook = PlaybookCopy.hurried(folder);
    KeyPair keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    try (RunningStack stack = RunningStack.start("retrain-stack", playbook)) {
      var shop = new YoungShop(stack, folder, Map.of("ATTUNE_MODELS_SIGNING_KEY", pem(keys)));
      ModelRegistry registry = shop.registry();
      List<String> past = shop.past();
      int half = past.size() / 2;
      String worse = shop.goLiveAfter(past.subList(0, half));
      int versions = registry.versions().size();
      List<String> moved = moved(past.subList(half, past.size()));
      for (int i = 0; i < moved.size(); i += BATCH) {
        stack.gateway.send(moved.subList(i, Math.min(moved.size(), i + BATCH)));
      }
      Eventually.holds("the pages have drifted", () -> hasDrifted(stack, "order_pages_1h"));
      if (LONG) {
        killAmidExportAndTraining(shop);
      }
      List<String> printed;
      try (var unused = Visitors.of(stack)) {
        shop.kill(() -> isAt(registry, Step.CANARY), LOOP);
        assertThat(shop.said()).containsPattern("drifted +" + worse + ": .*order_pages_1h");
        printed = shop.run(LIMIT, LOOP);
      }

      printed.forEach(System.out::println);
      String now = registry.live().orElseThrow().version();
      assertThat(now).as("%s", printed).isNotEqualTo(worse);
      assertThat(printed).contains("Continuing with version " + now + ".");
      assertThat(registry.versions()).as("one came of all runs").hasSize(versions + 1);
      assertThat(exported(shop)).doesNotHaveDuplicates().hasSizeGreaterThan(moved.size());
      Path learned = registry.published(now);
      assertThat(isSigned(learned, keys)).isTrue();
      assertThat(Files.readString(learned.resolve(BundleFiles.MANIFEST)))
          .as("it knows the pages that moved")
          .contains("/new/orders");
      assertThat(BundleFiles.manifest(learned).metrics())
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
      assertThat(verdicts(stack, now))
          .as("a run that was killed between a record and its step records it again")
          .containsSubsequence(
              "shadow entered",
              "shadow passed",
              "canary entered",
              "canary passed",
              "live entered",
              "live passed");
      assertEachStepHasItsFigures(became(stack, now));
      assertThat(verdicts(stack, worse)).containsExactly("live left");
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
      assertThat(verdicts(stack, worse)).containsExactly("live left", "live overridden");
      assertThat(verdicts(stack, now)).endsWith("live left");
      assertThat(became(stack, now).getLast())
          .satisfies(
              last -> {
                assertThat(text(last, "reason")).isEqualTo("the better one is broken");
                assertThat(text(last, "via")).isEqualTo("command line");
              });
    }
  }

  private static void assertEachStepHasItsFigures(List<GenericRecord> became) {
    assertThat(became)
        .filteredOn(record -> text(record, "step").equals("offline"))
        .as("each gate of training.yaml, and that it is better than the live one")
        .hasSizeGreaterThanOrEqualTo(3)
        .allSatisfy(
            record -> {
              assertThat(text(record, "verdict")).isEqualTo("passed");
              assertThat(figures(record)).containsKey(text(record, "gate"));
            })
        .anySatisfy(
            record ->
                assertThat(figures(record).getOrDefault("live_logloss_gain_low", 0.0))
                    .isPositive());
    Map<String, String> figure =
        Map.of(
            "shadow", "predictions",
            "canary", "users{arm=canary}",
            "live", "watched_seconds");
    figure.forEach(
        (step, name) ->
            assertThat(became)
                .as(step)
                .filteredOn(record -> text(record, "step").equals(step))
                .filteredOn(record -> text(record, "verdict").equals("passed"))
                .filteredOn(record -> record.get("gate") == null)
                .isNotEmpty()
                .allSatisfy(
                    record -> {
                      assertThat(figures(record).get(name)).isPositive();
                      assertThat(text(record, "reason")).isNotEmpty();
                      assertThat(text(record, "actor")).isEqualTo("job:retrain");
                    }));
  }

  private static String text(GenericRecord record, String field) {
    return String.valueOf(record.get(field));
  }

  private static Map<String, Double> figures(GenericRecord record) {
    Map<String, Double> figures = new TreeMap<>();
    ((Map<?, ?>) record.get("figures"))
        .forEach((name, value) -> figures.put(String.valueOf(name), (Double) value));
    return figures;
  }

  /** What became of a version in its slots, without single gates. */
  private static List<String> verdicts(RunningStack stack, String version) {
    return became(stack, version).stream()
        .filter(record -> record.get("gate") == null)
        .map(record -> text(record, "step") + " " + text(record, "verdict"))
        .toList();
  }

  /** What the topic holds of a version, by its key. */
  private static List<GenericRecord> became(RunningStack stack, String version) {
    var wire = new ConfluentFormat(URI.create(stack.settings().registryUrl()));
    return RawTopic.values(stack.settings().bootstrapServers(), "attune.model-steps", version)
        .stream()
        .map(wire::read)
        .toList();
  }

  /** The same visits, by others, to pages of other names. */
  private static List<String> moved(List<String> visits) {
    return visits.stream()
        .map(
            line -> {
              ObjectNode event = (ObjectNode) JsonMapper.shared().readTree(line);
              event.put("userId", "moved-" + event.path("userId").asString());
              if (event.get("page_viewed") instanceof ObjectNode page) {
                page.put("page", "/new" + page.path("page").asString());
              }
              return event.toString();
            })
        .toList();
  }

  private static boolean isAt(ModelRegistry registry, Step step) throws ModelException {
    return registry.rollout().filter(rollout -> rollout.step() == step).isPresent();
  }

  private static void killAmidExportAndTraining(YoungShop shop) throws Exception {
    int versions = shop.registry().versions().size();
    shop.kill(() -> Files.isDirectory(shop.export().resolve("interaction-events")), LOOP);
    assertThat(shop.export().resolve("sessions")).as("not yet exported").doesNotExist();
    shop.kill(() -> shop.said().contains("training the version"), LOOP);
    assertThat(shop.registry().versions()).hasSize(versions);
    assertThat(shop.registry().rollout()).isEmpty();
  }

  /** The ids of all events that the loop has kept. */
  private static List<String> exported(YoungShop shop) {
    List<String> ids = new ArrayList<>();
    new Warehouse(WarehouseFiles.at(shop.export().toString(), null))
        .read(
            Table.EVENTS,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            row -> ids.add(((InteractionEvent) row).getEventId()));
    return ids;
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

  private static boolean hasDrifted(RunningStack stack, String feature) throws Exception {
    String body =
        BoundedHttp.send(
                HttpRequest.newBuilder(URI.create(stack.settings().inferenceUrl() + "/v1/drift"))
                    .header("Authorization", "Bearer " + LocalKeys.SECRET))
            .body();
    for (JsonNode each : JsonMapper.shared().readTree(body).path("features")) {
      if (each.path("name").asString().equals(feature)) {
        return each.path("level").asString().equals("DRIFTED");
      }
    }
    return false;
  }

  private static String pem(KeyPair keys) {
    return "-----BEGIN PRIVATE KEY-----\n%s\n-----END PRIVATE KEY-----\n"
        .formatted(Base64.getMimeEncoder().encodeToString(keys.getPrivate().getEncoded()));
  }

  private static boolean isSigned(Path bundle, KeyPair keys) throws Exception {
    Signature check = Signature.getInstance("Ed25519");
    check.initVerify(keys.getPublic());
    check.update(Files.readAllBytes(bundle.resolve(BundleFiles.MANIFEST)));
    String signature =
        Files.readString(bundle.resolve(BundleFiles.SIGNATURE), StandardCharsets.UTF_8);
    return check.verify(Base64.getMimeDecoder().decode(signature.strip()));
  }
}

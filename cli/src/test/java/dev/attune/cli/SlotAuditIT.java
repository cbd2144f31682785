package dev.attune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.attune.bench.model.BenchModel;
import dev.attune.cli.SlotAudit.Order;
import dev.attune.core.files.Folders;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.GateVerdict;
import dev.attune.core.scoring.GatesException;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.RolloutProgress.Step;
import dev.attune.core.scoring.SlotChange;
import dev.attune.core.scoring.SlotPlans;
import dev.attune.core.scoring.SlotPlans.Gates;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.TopicSettings;
import dev.attune.kafka.audit.VersionStep;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.reader.TopicReader;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.topic.TopicSetup;
import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.Infra;
import dev.attune.local.terminal.Terminal;
import dev.attune.schemas.avro.AuditRecord;
import dev.attune.schemas.avro.ModelStep;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command line changes of who scores whom, and what it refuses, is in two topics. */
class SlotAuditIT {
  private static final String ACTOR = "user:" + System.getProperty("user.name");

  private final Infra infra = Infra.shared();
  private final KafkaSettings kafka =
      KafkaSettings.of(infra.bootstrapServers(), infra.registryUrl())
          .with(
              new TopicSettings(
                  "s" + UUID.randomUUID().toString().substring(0, 8) + ".", true, 1, (short) 1));
  private final SchemaRegistryClient schemas = new SchemaRegistryClient(kafka.registry());
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final SlotAudit audit =
      new SlotAudit(
          new Terminal(new PrintStream(printed, true, StandardCharsets.UTF_8), false, false, 100),
          () -> kafka);

  @TempDir private static Path shared;

  /** With a live version and one that failed a gate. */
  private static Path made;

  @TempDir private Path folder;
  private ModelRegistry registry;

  @BeforeEach
  void topicsAndModelsOfItsOwn() throws Exception {
    TopicSetup.ensure(kafka);
    Folders.copy(made, folder.resolve("models"));
    registry = new ModelRegistry(folder.resolve("models"));
  }

  @BeforeAll
  static void train() throws Exception {
    Path support = Checkout.find().root().resolve("playbooks/support");
    made = BenchModel.registry(shared.resolve("made"), Playbook.load(support).features());
    ModelRegistry registry = new ModelRegistry(made);
    Path live = registry.published("bench.1");
    Path staged = registry.stage();
    Files.copy(live.resolve(BundleFiles.MODEL), staged.resolve(BundleFiles.MODEL));
    ModelManifest like = BundleFiles.manifest(live);
    BundleFiles.seal(
        staged,
        like.toBuilder("2")
            .evaluated(Map.of("ece", 0.4), like.data())
            .gateFailures(List.of("ece is 0.400, at most 0.100 is asked"))
            .build());
    registry.publish(staged, "2");
  }

  @Test
  void aRefusalByAGateIsRecordedWithItsSentence() {
    assertRefused(new Order("model_promote", "2", Step.LIVE, null));
    assertRefused(new Order("model_canary", "2", Step.CANARY, null));

    String sentence = "Version 2 stays a candidate: ece is 0.400, at most 0.100 is asked.";
    assertThat(acts())
        .extracting(
            AuditRecord::getActor,
            AuditRecord::getAction,
            AuditRecord::getOutcome,
            AuditRecord::getSubject,
            AuditRecord::getDetail)
        .containsExactly(
            tuple(ACTOR, "model_promote", "refused", "model:2", sentence),
            tuple(ACTOR, "model_canary", "refused", "model:2", sentence));
    assertThat(steps("2"))
        .extracting(
            ModelStep::getActor,
            ModelStep::getVia,
            ModelStep::getStep,
            ModelStep::getVerdict,
            ModelStep::getFigures,
            ModelStep::getReason)
        .containsExactly(
            tuple(ACTOR, "command line", "live", "failed", Map.of("ece", 0.4), sentence),
            tuple(ACTOR, "command line", "canary", "failed", Map.of("ece", 0.4), sentence));
  }

  private void assertRefused(Order order) {
    assertThatThrownBy(() -> audit.change(registry, order, plans -> plan(plans, order)))
        .isInstanceOf(GatesException.class);
  }

  private static SlotChange plan(SlotPlans plans, Order order) throws ModelException {
    return order.slot() == Step.LIVE
        ? plans.promote("2", Gates.ASKED)
        : plans.canary("2", 0.1, Gates.ASKED);
  }

  @Test
  void whatAnOverrideDoesToBothVersionsIsRecorded() throws Exception {
    audit.change(
        registry,
        new Order("model_canary", "2", Step.CANARY, "a drill"),
        plans -> plans.canary("2", 0.1, Gates.OVERRIDDEN));
    audit.change(
        registry,
        new Order("model_promote", "2", Step.LIVE, "it is urgent"),
        plans -> plans.promote("2", Gates.OVERRIDDEN));
    audit.change(registry, new Order("model_rollback", null, null, null), SlotPlans::rollback);

    assertThat(acts())
        .extracting(AuditRecord::getAction, AuditRecord::getOutcome)
        .containsExactly(
            tuple("model_canary_override", "allowed"),
            tuple("model_promote_override", "allowed"),
            tuple("model_rollback", "allowed"));
    assertThat(steps("2"))
        .extracting(ModelStep::getStep, ModelStep::getVerdict, ModelStep::getReason)
        .containsExactly(
            tuple("canary", "overridden", "a drill"),
            tuple("live", "overridden", "it is urgent"),
            tuple("canary", "left", "it is urgent"),
            tuple("live", "left", null));
    assertThat(steps("2").getFirst().getFigures()).isEqualTo(Map.of("ece", 0.4, "share", 0.1));
    assertThat(steps("bench.1"))
        .extracting(ModelStep::getStep, ModelStep::getVerdict)
        .containsExactly(tuple("live", "left"), tuple("live", "entered"));
    assertThat(printed.toString(StandardCharsets.UTF_8)).isEmpty();
  }

  @Test
  void aSwitchOfFeaturesIsRecordedWithWhoGoesLive() throws Exception {
    assertThatThrownBy(() -> audit.switchFeatures(registry, "others", "2"))
        .isInstanceOf(ModelException.class);
    audit.switchFeatures(registry, featuresOf("2"), "2");
    audit.switchFeatures(registry, "others", null);

    String others = "now with the features others";
    String same = "now with the features " + featuresOf("2");
    assertThat(acts())
        .extracting(AuditRecord::getAction, AuditRecord::getOutcome, AuditRecord::getSubject)
        .containsExactly(
            tuple("features_switch", "refused", "model:2"),
            tuple("features_switch", "allowed", "model:2"),
            tuple("features_switch", "allowed", null));
    assertThat(acts()).last().extracting(AuditRecord::getDetail).isEqualTo(others);
    assertThat(steps("2"))
        .extracting(ModelStep::getStep, ModelStep::getVerdict, ModelStep::getReason)
        .contains(tuple("live", "entered", same));
    assertThat(steps("bench.1"))
        .extracting(ModelStep::getStep, ModelStep::getVerdict, ModelStep::getReason)
        .containsExactly(tuple("live", "left", same));
    assertThat(registry.live().orElseThrow().version()).isEqualTo("2");
  }

  private String featuresOf(String version) throws ModelException {
    return BundleFiles.manifest(registry.published(version)).featureSetId();
  }

  @Test
  void whatGatesSaidOfANewVersionIsRecorded() {
    audit.made(
        VersionStep.offline(
            "3",
            List.of(
                new GateVerdict("top1", Map.of("top1", 0.5, "at_least", 0.4), null),
                new GateVerdict("ece", Map.of("ece", 0.4, "at_most", 0.1), "ece is too high"))));

    assertThat(steps("3"))
        .extracting(
            ModelStep::getStep,
            ModelStep::getGate,
            ModelStep::getVerdict,
            ModelStep::getFigures,
            ModelStep::getReason)
        .containsExactly(
            tuple("offline", "top1", "passed", Map.of("top1", 0.5, "at_least", 0.4), null),
            tuple(
                "offline", "ece", "failed", Map.of("ece", 0.4, "at_most", 0.1), "ece is too high"));
    assertThat(acts()).isEmpty();
  }

  private List<AuditRecord> acts() {
    return read(kafka.topics().names().audit(), ACTOR, AuditRecord.class);
  }

  private List<ModelStep> steps(String version) {
    return read(kafka.topics().names().modelSteps(), version, ModelStep.class);
  }

  private <T extends SpecificRecord> List<T> read(String topic, String key, Class<T> type) {
    List<T> found = new ArrayList<>();
    var values = new AvroDeserializer<>(schemas, type);
    try (var reader = TopicReader.of(kafka, "test", topic, new StartAt.Beginning())) {
      reader.readToEnd(
          record -> {
            if (key.equals(record.key())) {
              values.readable(record).ifPresent(found::add);
            }
          });
    }
    return found;
  }
}

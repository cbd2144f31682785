package dev.attune.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.bench.model.BenchModel;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.GateVerdict;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.RolloutProgress.Step;
import dev.attune.core.scoring.SlotPlans.Gates;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.audit.VersionStep;
import dev.attune.local.infra.Checkout;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.UserFault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions are moved without a running stack too. */
class SlotAuditTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  @TempDir private static Path folder;

  /** No test changes it. */
  private static ModelRegistry registry;

  private KafkaSettings nobody = KafkaSettings.of("127.0.0.1:1");

  @BeforeAll
  static void aLiveVersion() throws Exception {
    Path support = Checkout.find().root().resolve("playbooks/support");
    registry = new ModelRegistry(BenchModel.registry(folder, Playbook.load(support).features()));
  }

  @BeforeEach
  void aPortThatNobodyListensOn() throws IOException {
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = KafkaSettings.of("127.0.0.1:" + free.getLocalPort());
    }
  }

  private SlotAudit audit() {
    var out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    return new SlotAudit(new Terminal(out, false, false, 100), () -> nobody);
  }

  private void promote(@Nullable String override) throws ModelException {
    audit()
        .change(
            registry,
            new SlotAudit.Order("model_promote", "bench.1", Step.LIVE, override),
            plans -> plans.promote("bench.1", Gates.ASKED));
  }

  @Test
  void whatCannotBeRecordedIsSaid() throws Exception {
    promote(null);

    assertThat(printed.toString(StandardCharsets.UTF_8))
        .isEqualToIgnoringNewLines(
            "Not recorded in the topics audit and model-steps: no Kafka answers.");
  }

  @Test
  void anOverrideThatCannotBeRecordedIsRefused() {
    assertThatThrownBy(() -> promote("it is urgent"))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining(nobody.bootstrapServers());
  }

  /** Whatever keeps it from being recorded, people read why it is refused. */
  @Test
  void aRefusalThatCannotBeRecordedIsToldAllTheSame() {
    assertThatThrownBy(
            () ->
                audit()
                    .change(
                        registry,
                        new SlotAudit.Order("model_promote", "9", Step.LIVE, "it is urgent"),
                        plans -> plans.promote("9", Gates.OVERRIDDEN)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("There is no version 9");
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("Not recorded");
  }

  @Test
  void aVersionIsMadeWithoutKafkaAndThatIsSaidOnce() throws Exception {
    SlotAudit audit = audit();

    audit.made(VersionStep.offline("bench.1", List.of(new GateVerdict("top1", Map.of(), null))));
    audit.makeFirstLive(registry, "bench.1", "first version: nothing to compare with");

    assertThat(printed.toString(StandardCharsets.UTF_8)).containsOnlyOnce("Not recorded");
  }
}

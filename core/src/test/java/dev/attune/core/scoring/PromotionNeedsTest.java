package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.core.scoring.RolloutProgress.Step;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A version that has to pass the shadow and the canary goes live through no door before. */
class PromotionNeedsTest {
  @TempDir private Path home;
  private ModelRegistry registry;

  @BeforeEach
  void oneIsLive() throws Exception {
    registry = new ModelRegistry(home.resolve("models/shop"));
    publish("1", List.of());
    registry.promote("1");
    publish("2", List.of(Step.SHADOW, Step.CANARY));
  }

  @Test
  void itGoesLiveOnceItHasPassedThem() throws Exception {
    assertThatThrownBy(() -> registry.promote("2"))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "Version 2 stays a candidate: it has not passed the shadow and the canary of ./attune retrain.");
    assertThatThrownBy(() -> registry.canary("2", 0.1))
        .hasMessageContaining("it has not passed the shadow of ./attune retrain.");
    registry.shadow("2");

    registry.passed("2", Step.SHADOW);
    registry.canary("2", 0.1);
    assertThatThrownBy(() -> registry.promote("2"))
        .hasMessageContaining("it has not passed the canary of ./attune retrain.");

    registry.passed("2", Step.CANARY);
    registry.promote("2");
    assertThat(registry.live().orElseThrow().version()).isEqualTo("2");
  }

  @Test
  void whatAnotherVersionPassedIsNothingToIt() throws Exception {
    publish("3", List.of(Step.SHADOW));
    registry.passed("2", Step.SHADOW);

    assertThatThrownBy(() -> registry.promote("3")).hasMessageContaining("not passed the shadow");
  }

  @Test
  void itsOwnGatesAreAskedBeside() throws Exception {
    registry.passed("2", Step.SHADOW);
    registry.passed("2", Step.CANARY);
    publish("3", List.of());
    registry.promote("3");

    assertThat(registry.gates().failuresForAll(compared("2", "1")))
        .containsExactly("it was compared with 1, but 3 is live now: train again");
    assertThat(registry.gates().failures(compared("4", "1"))).hasSize(1);
    assertThat(registry.gates().failuresForAll(compared("4", "1"))).hasSize(2);
  }

  private static ModelManifest compared(String version, String with) {
    return ModelManifest.builder("intent", version)
        .comparedWith(with)
        .needs(List.of(Step.SHADOW))
        .build();
  }

  @Test
  void aReasonAndTheWayBackNeedNoSteps() throws Exception {
    var unused = registry.plans().canary("2", 0.1, SlotPlans.Gates.OVERRIDDEN).make();
    registry.promoteDespiteGates("2");
    registry.promote("1");

    registry.promote("2");

    assertThat(registry.live().orElseThrow().version()).isEqualTo("2");
  }

  @Test
  void manyVersionsLeaveTheNewestFifty() throws Exception {
    for (int i = 0; i < 60; i++) {
      registry.passed("v" + i, Step.SHADOW);
    }

    assertThat(registry.gates().passed()).hasSize(50).containsKey("v59").doesNotContainKey("v9");
    assertThat(registry.live().orElseThrow().revision()).as("nobody moved").isEqualTo(1);
  }

  private void publish(String version, List<Step> needs) throws Exception {
    Path staged = registry.stage();
    Bundles.write(staged, version, Bundles.FEATURES);
    ModelManifest manifest = BundleFiles.manifest(staged);
    BundleFiles.seal(staged, manifest.toBuilder().needs(needs).build());
    assertThat(BundleFiles.manifest(registry.publish(staged, version)).needs()).isEqualTo(needs);
  }
}

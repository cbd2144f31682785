package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelRegistryTest {
  @TempDir private Path home;
  private ModelRegistry registry;

  @BeforeEach
  void openRegistry() {
    registry = new ModelRegistry(home.resolve("models/shop"));
  }

  @Test
  void anEmptyRegistryHasNothingLive() throws Exception {
    assertThat(registry.live()).isEmpty();
    assertThat(registry.versions()).isEmpty();
  }

  @Test
  void aLeaseIsHeldByOne() throws Exception {
    try (ModelLease lease = registry.lease("retrain").orElseThrow()) {
      assertThat(lease).isNotNull();
      assertThat(registry.lease("retrain")).isEmpty();
    }
    registry.lease("retrain").orElseThrow().close();
    assertThat(registry.versions()).isEmpty();
  }

  @Test
  void revisionRisesWithEachPromoteAndRollback() throws Exception {
    publish("2026-01-02.1");
    publish("2026-01-02.2");

    registry.promote("2026-01-02.1");
    assertLive("2026-01-02.1", 1);
    registry.promote("2026-01-02.2");
    assertLive("2026-01-02.2", 2);
    assertThat(registry.rollback()).isEqualTo("2026-01-02.1");
    assertLive("2026-01-02.1", 3);
  }

  @Test
  void canaryAndShadowStandBesideTheLiveVersion() throws Exception {
    publish("1");
    publish("2");
    publish("3");
    registry.promote("1");

    registry.canary("2", 0.1);
    registry.shadow("3");

    ModelRegistry.Assignment assignment = registry.assignment().orElseThrow();
    assertThat(assignment.live().version()).isEqualTo("1");
    assertThat(assignment.live().revision()).isEqualTo(2);
    assertThat(assignment.canary()).isEqualTo(new ModelRegistry.Canary("2", 0.1));
    assertThat(assignment.shadow()).isEqualTo("3");
  }

  @Test
  void aPromotedVersionLeavesItsSlot() throws Exception {
    publish("1");
    publish("2");
    publish("3");
    registry.promote("1");
    registry.canary("2", 0.5);
    registry.shadow("3");

    registry.promote("2");
    assertThat(registry.assignment().orElseThrow().canary()).isNull();
    registry.promote("3");
    assertThat(registry.assignment().orElseThrow().shadow()).isNull();
  }

  /** It was compared with the version before. */
  @Test
  void aCanaryEndsWhenAnotherVersionGoesLive() throws Exception {
    publish("1");
    publish("2");
    publish("3");
    registry.promote("1");
    registry.canary("2", 0.5);

    SlotChange change = registry.plans().promote("3", SlotPlans.Gates.ASKED);
    assertThat(change.moves())
        .extracting(SlotChange.Move::version, SlotChange.Move::enters)
        .containsExactly(tuple("1", false), tuple("3", true), tuple("2", false));
    assertThat(change.make().canary()).isNull();
  }

  @Test
  void aVersionWhoseGateFailedServesNobodyButOnPurpose() throws Exception {
    publish("1");
    registry.promote("1");
    Path staged = registry.stage();
    Bundles.write(staged, "2", Bundles.FEATURES);
    ModelManifest failed =
        BundleFiles.manifest(staged).toBuilder()
            .gateFailures(List.of("top1 is 0.310, not above majority_top1"))
            .build();
    BundleFiles.seal(staged, failed);
    registry.publish(staged, "2");

    assertThatThrownBy(() -> registry.promote("2"))
        .isInstanceOf(ModelException.class)
        .hasMessage("Version 2 stays a candidate: top1 is 0.310, not above majority_top1.");
    assertThatThrownBy(() -> registry.canary("2", 0.1)).hasMessageContaining("stays a candidate");
    assertLive("1", 1);

    var unused = registry.plans().canary("2", 0.1, SlotPlans.Gates.OVERRIDDEN).make();
    assertThat(registry.assignment().orElseThrow().canary())
        .isEqualTo(new ModelRegistry.Canary("2", 0.1));
    registry.promoteDespiteGates("2");
    assertLive("2", 3);
  }

  /** That it was better than the version before says nothing of today's. */
  @Test
  void aVersionThatWasComparedWithAnotherOneThanTheLiveStaysACandidate() throws Exception {
    publish("1");
    registry.promote("1");
    publishComparedWith("1", "2");
    publishComparedWith("1", "3");
    registry.promote("2");

    assertThat(
            registry
                .gates()
                .failuresForAll(
                    new PromotionGates.Claims("3", List.of("ece is high"), "1", List.of())))
        .containsExactly("ece is high", "it was compared with 1, but 2 is live now: train again");
    assertThatThrownBy(() -> registry.promote("3"))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "Version 3 stays a candidate: it was compared with 1, but 2 is live now: train again.");
    assertThatThrownBy(() -> registry.canary("3", 0.1)).hasMessageContaining("compared with 1");
    assertLive("2", 2);

    // a known way back, though 2 was compared with 1 and 3 is live
    registry.promoteDespiteGates("3");
    registry.promote("2");
    assertLive("2", 4);
  }

  private void publishComparedWith(String live, String version) throws Exception {
    Path staged = registry.stage();
    Bundles.write(staged, version, Bundles.FEATURES);
    ModelManifest manifest = BundleFiles.manifest(staged);
    BundleFiles.seal(staged, manifest.toBuilder().comparedWith(live).build());
    registry.publish(staged, version);
  }

  /** As when the command line and the services are other accounts on one volume. */
  @Test
  void othersMayReadWhatTheyMayReadOfAnyFile(@TempDir Path plain) throws Exception {
    publish("1");
    registry.promote("1");

    Path file = Files.createFile(plain.resolve("file"));
    Path folder = Files.createDirectory(plain.resolve("folder"));
    assertThat(Files.getPosixFilePermissions(registry.published("1").resolveSibling("live.json")))
        .isEqualTo(Files.getPosixFilePermissions(file));
    assertThat(Files.getPosixFilePermissions(registry.published("1")))
        .isEqualTo(Files.getPosixFilePermissions(folder));
  }

  @Test
  void canaryAndShadowCanBeEnded() throws Exception {
    publish("1");
    publish("2");
    registry.promote("1");
    registry.canary("2", 0.5);
    registry.shadow("2");

    registry.endCanary();
    assertThat(registry.assignment().orElseThrow().canary()).isNull();
    assertThat(registry.assignment().orElseThrow().shadow()).isEqualTo("2");
    assertLive("1", 3);
    registry.endCanary();
    assertLive("1", 3);
    registry.endShadow();
    assertThat(registry.assignment().orElseThrow().shadow()).isNull();
  }

  /** Its features are others, so whoever knows the former ones leaves. */
  @Test
  void aSwitchOfFeaturesEndsWhatKnowsTheFormerOnes() throws Exception {
    publish("1");
    publish("2");
    registry.promote("1");
    registry.canary("2", 0.5);
    registry.shadow("2");
    switchFeatures(Bundles.FEATURES, null);
    assertThat(registry.assignment().orElseThrow().canary()).as("the same features").isNotNull();

    Path staged = registry.stage();
    Bundles.write(staged, "3", "set-2");
    registry.publish(staged, "3");
    assertThatThrownBy(() -> switchFeatures(Bundles.FEATURES, "3"))
        .hasMessage("Version 3 does not know the features set-1.");
    switchFeatures("set-2", "3");

    ModelRegistry.Assignment now = registry.assignment().orElseThrow();
    assertThat(now.live().version()).isEqualTo("3");
    assertThat(now.canary()).isNull();
    assertThat(now.shadow()).isNull();
  }

  @Test
  void aRolloutIsRememberedAndMovesNobody() throws Exception {
    publish("1");
    publish("2");
    registry.promote("1");
    assertThat(registry.rollout()).isEmpty();

    var shadow = new RolloutProgress("2", RolloutProgress.Step.SHADOW, 5);
    registry.note(shadow);
    registry.canary("2", 0.5);
    assertThat(registry.rollout()).contains(shadow);
    assertThatThrownBy(
            () -> registry.note(new RolloutProgress("3", RolloutProgress.Step.SHADOW, 5)))
        .hasMessage("The rollout of version 2 is under way already.");
    var canary = new RolloutProgress("2", RolloutProgress.Step.CANARY, 6);
    registry.note(canary);
    assertThat(registry.rollout()).contains(canary);
    assertLive("1", 2);

    registry.endRollout();
    assertThat(registry.rollout()).isEmpty();
    assertThat(registry.assignment().orElseThrow().canary()).as("is as it was").isNotNull();
  }

  @Test
  void aVersionsNameCanLeadNowhereElse() throws Exception {
    Path staged = registry.stage();
    Bundles.write(staged, "1", Bundles.FEATURES);
    assertThatThrownBy(() -> registry.publish(staged, "../1"))
        .hasMessage("A version is letters, digits, dots and dashes: ../1.");
    assertThat(registry.place()).contains("models/shop");
    assertThat(BundleFiles.checkedName("model.ubj")).isEqualTo("model.ubj");
    assertThatThrownBy(() -> BundleFiles.checkedName("../model.ubj"))
        .hasMessage("A bundle has no file of the name ../model.ubj.");
  }

  @Test
  void rollbackEndsTheCanaryFirst() throws Exception {
    publish("1");
    publish("2");
    publish("3");
    registry.promote("1");
    registry.promote("2");
    registry.canary("3", 0.5);

    assertThat(registry.rollback()).isEqualTo("2");
    assertThat(registry.assignment().orElseThrow().canary()).isNull();
    assertLive("2", 4);
    assertThat(registry.rollback()).isEqualTo("1");
    assertLive("1", 5);
  }

  @Test
  void onlyAPublishedOtherVersionGetsASlot() throws Exception {
    publish("1");
    publish("2");

    assertThatThrownBy(() -> registry.shadow("2")).hasMessageContaining("Nothing is live");
    registry.promote("1");
    assertThatThrownBy(() -> registry.canary("1", 0.1)).hasMessageContaining("live already");
    assertThatThrownBy(() -> registry.canary("9", 0.1)).hasMessageContaining("no version 9");
    for (double share : new double[] {0, 1, -0.1, 1.1, Double.NaN}) {
      assertThatThrownBy(() -> registry.canary("2", share)).hasMessageContaining("share");
    }
    Files.write(registry.published("2").resolve(BundleFiles.MODEL), new byte[] {1});
    assertThatThrownBy(() -> registry.canary("2", 0.1)).hasMessageContaining("checksum");
    assertThatThrownBy(() -> registry.shadow("2")).hasMessageContaining("checksum");
    assertThat(registry.assignment().orElseThrow().canary()).isNull();
    assertLive("1", 1);
  }

  @Test
  void promotingTheLiveVersionChangesNothing() throws Exception {
    publish("1");
    registry.promote("1");

    registry.promote("1");

    assertLive("1", 1);
  }

  @Test
  void listsVersionsByTheirNumbers() throws Exception {
    publish("2026-01-02.10");
    publish("2026-01-02.9");
    registry.promote("2026-01-02.9");

    assertThat(registry.versions())
        .extracting(ModelRegistry.Entry::version, ModelRegistry.Entry::live)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("2026-01-02.9", true),
            org.assertj.core.groups.Tuple.tuple("2026-01-02.10", false));
  }

  @Test
  void aVersionIsPublishedOnce() throws Exception {
    publish("1");

    assertThatThrownBy(() -> publish("1"))
        .isInstanceOf(VersionTakenException.class)
        .hasMessage("Version 1 exists already.");
    try (Stream<Path> left = Files.list(home.resolve("models/shop"))) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("1", ".lock");
    }
  }

  @Test
  void aBadBundleNeverReplacesAGoodOne() throws Exception {
    publish("1");
    publish("2");
    registry.promote("1");
    Files.write(registry.published("2").resolve(BundleFiles.MODEL), new byte[] {1});

    assertThatThrownBy(() -> registry.promote("2")).hasMessageContaining("checksum");

    assertLive("1", 1);
  }

  @Test
  void refusesNamesThatLeadElsewhere() {
    assertThatThrownBy(() -> registry.promote("../1"))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("A version is letters, digits");
  }

  @Test
  void withoutHistoryThereIsNoRollback() throws Exception {
    publish("1");
    registry.promote("1");

    assertThatThrownBy(registry::rollback).hasMessageContaining("no earlier live version");
  }

  @Test
  void readersSeeWholeStatesWhileWritersSwitch() throws Exception {
    publish("1");
    publish("2");
    registry.promote("1");
    AtomicBoolean done = new AtomicBoolean();
    Thread writer =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    for (int i = 0; i < 40; i++) {
                      registry.promote(i % 2 == 0 ? "2" : "1");
                    }
                  } catch (ModelException e) {
                    throw new IllegalStateException(e);
                  } finally {
                    done.set(true);
                  }
                });

    long last = 0;
    while (!done.get()) {
      long revision = registry.live().orElseThrow().revision();
      assertThat(revision).isGreaterThanOrEqualTo(last);
      last = revision;
    }

    writer.join();
    assertLive("1", 41);
  }

  @Test
  void noSlotTakesAVersionThatWouldRefuseTodaysFeatures() throws Exception {
    publish("1");
    publish("2", "set-2");
    registry.promote("1");

    for (Slot slot :
        List.<Slot>of(
            () -> registry.promote("2"),
            () -> registry.canary("2", 0.5),
            () -> registry.shadow("2"))) {
      assertThatThrownBy(slot::take)
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("set-2")
          .hasMessageContaining("features backfill");
    }
    assertLive("1", 1);
  }

  @Test
  void rollbackStaysWithTodaysFeatures() throws Exception {
    publish("1");
    publish("2", "set-2");
    publish("3", "set-2");
    registry.promote("1");
    switchFeatures("set-2", "2");
    registry.promote("3");

    assertThat(registry.rollback()).isEqualTo("2");
    assertThatThrownBy(registry::rollback).hasMessageContaining("knows the features set-1");
    switchFeatures("set-1", "1");
    assertThat(registry.live().orElseThrow().version()).isEqualTo("1");
  }

  @Test
  void featuresCanChangeBeforeThereIsAModelOfThem() throws Exception {
    publish("1");
    publish("2");
    registry.promote("1");
    registry.canary("2", 0.5);

    switchFeatures("set-2", null);
    assertThat(registry.assignment().orElseThrow().canary()).isNull();

    publish("3", "set-2");
    registry.promote("3");
    assertThat(registry.live().orElseThrow().version()).isEqualTo("3");
  }

  @Test
  void aStateWithoutFeaturesIsReadAsOfItsLiveVersion() throws Exception {
    publish("1");
    publish("2", "set-2");
    registry.promote("1");
    Path state = home.resolve("models/shop/live.json");
    String older =
        Files.readString(state).replaceFirst(",\"features\":\"set-1\"|\"features\":\"set-1\",", "");
    assertThat(older).doesNotContain("features");
    Files.writeString(state, older);

    assertLive("1", 1);
    assertThatThrownBy(() -> registry.promote("2")).hasMessageContaining("set-2");
  }

  private void switchFeatures(String features, @Nullable String version) throws ModelException {
    var unused = registry.plans().switchFeatures(features, version).make();
  }

  private interface Slot {
    void take() throws ModelException;
  }

  private void publish(String version) throws Exception {
    publish(version, Bundles.FEATURES);
  }

  private void publish(String version, String features) throws Exception {
    Path staged = registry.stage();
    Bundles.write(staged, version, features);
    registry.publish(staged, version);
  }

  private void assertLive(String version, long revision) throws ModelException {
    ModelRegistry.Live live = registry.live().orElseThrow();
    assertThat(live.version()).isEqualTo(version);
    assertThat(live.revision()).isEqualTo(revision);
  }
}

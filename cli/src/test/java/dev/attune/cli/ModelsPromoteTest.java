package dev.attune.cli;

import static dev.attune.cli.Ran.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.bench.model.BenchModel;
import dev.attune.cli.features.GoodMetrics;
import dev.attune.core.files.Folders;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.RolloutProgress.Step;
import dev.attune.local.infra.Checkout;
import dev.attune.local.stack.AttuneFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Who becomes live at the command line. A version of changed features waits: the live one knows the
 * former ones.
 */
class ModelsPromoteTest {
  private static final Path SUPPORT = Checkout.find().root().resolve("playbooks/support");

  @TempDir private static Path shared;

  /** A registry whose live version knows the features of the playbook {@code support}. */
  private static Path trained;

  @TempDir private Path folder;
  private Path dir;
  private ModelRegistry registry;
  private String formerFeatures;

  @BeforeAll
  static void train() throws Exception {
    trained = BenchModel.registry(shared.resolve("trained"), Playbook.load(SUPPORT).features());
  }

  @BeforeEach
  void featuresChange() throws Exception {
    dir = folder.resolve("shop-" + UUID.randomUUID());
    Folders.copy(SUPPORT, dir);
    Playbook before = Playbook.load(dir);
    formerFeatures = before.features().id();
    Path models = AttuneFolders.fromEnvironment(System.getenv()).models();
    Path own = models.resolve(dir.getFileName().toString());
    Folders.copy(trained, own);
    registry = new ModelRegistry(own);
    Files.writeString(
        dir.resolve("features.yaml"),
        "\n  clicks_3d: {count: clicked, window: 3d}\n",
        StandardOpenOption.APPEND);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "\t \n"})
  void aReasonThatIsBlankIsNone(String blank) throws Exception {
    candidate("2", List.of("it knew the answers"), GoodMetrics.ALL, null);

    for (Ran ran :
        List.of(
            promote("2", "--force", blank),
            promote("2", "--force=" + blank),
            promote("2", "--with-features", "--force", blank),
            models("canary", "2", "--share", "10%", "--force", blank))) {
      assertThat(ran.err().strip()).isEqualTo("attune: --force needs a reason: it is recorded.");
      assertThat(ran.code()).isEqualTo(1);
    }
    assertNothingChanged();
  }

  @Test
  void anOverrideThatNobodyRecordsIsRefused() throws Exception {
    candidate("2", List.of("it knew the answers"), GoodMetrics.ALL, null);

    Ran ran = promote("2", "--with-features", "--force", "the live one is broken");

    assertThat(ran.err()).contains("An override is kept in the topic audit, and no Kafka answers");
    assertNothingChanged();
  }

  @Test
  void aVersionOfChangedFeaturesGoesLiveWithThem() throws Exception {
    candidate("2", List.of(), GoodMetrics.ALL, null);

    Ran without = promote("2");
    assertThat(without.err()).contains(formerFeatures + " are published, which it would refuse");
    assertNothingChanged();

    Ran ran = promote("2", "--with-features");
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(ran.out()).contains("2 is live.", "Not recorded in the topics audit");
    assertThat(live()).isEqualTo("2");
    assertThat(promote("bench.1", "--with-features").err())
        .contains("bench.1 knows other features or segments than the playbook has now");
  }

  @Test
  void whatFailedAGateWhenItWasMadeStaysACandidate() throws Exception {
    candidate("2", List.of("it knew the answers"), GoodMetrics.ALL, null);

    refused("Version 2 stays a candidate: it knew the answers. --force REASON overrides.");
  }

  /** As over HTTP, where nobody knows the playbook: what the bundle says holds. */
  @Test
  void gatesAreThoseOfTheDayThatItWasMade() throws Exception {
    candidate("2", List.of(), GoodMetrics.ALL, null);
    Path training = dir.resolve("training.yaml");
    Files.writeString(
        training,
        Files.readString(training).replace("ece: {at_most: 0.1}", "ece: {at_most: 0.005}"));

    assertThat(promote("2", "--with-features").code()).isZero();
    assertThat(live()).isEqualTo("2");
  }

  @Test
  void whatWasComparedWithAnotherVersionStaysACandidate() throws Exception {
    candidate("2", List.of(), GoodMetrics.ALL, "an earlier one");

    refused(
        "Version 2 stays a candidate: it was compared with an earlier one, but bench.1 is live now");
  }

  /** Of today's features, so that it could be in a slot before. */
  @Test
  void whatMustPassTheShadowAndTheCanaryGoesLiveNoSooner() throws Exception {
    Path features = dir.resolve("features.yaml");
    Files.writeString(
        features,
        Files.readString(features).replace("\n  clicks_3d: {count: clicked, window: 3d}\n", ""));
    Files.writeString(
        dir.resolve("training.yaml"),
        "\npromotion: {needs: [offline, shadow, canary]}\n",
        StandardOpenOption.APPEND);
    candidate("2", List.of(), GoodMetrics.ALL, null);

    assertThat(promote("2").err())
        .startsWith(
            "attune: Version 2 stays a candidate: it has not passed the shadow and the canary of ./attune retrain. --force");
    assertThat(models("canary", "2", "--share", "10%").err())
        .contains("it has not passed the shadow of ./attune retrain.");
    assertNothingChanged();

    registry.passed("2", Step.SHADOW);
    assertThat(models("canary", "2", "--share", "10%").code()).isZero();
    registry.passed("2", Step.CANARY);
    Ran ran = promote("2");
    assertThat(ran.code()).as(ran.err()).isZero();
    assertThat(live()).isEqualTo("2");
  }

  @Test
  void whatKnowsOtherFeaturesThanThePlaybookStaysACandidate() throws Exception {
    candidate("2", List.of(), GoodMetrics.ALL, null);
    Files.writeString(
        dir.resolve("features.yaml"),
        "\n  clicks_4d: {count: clicked, window: 4d}\n",
        StandardOpenOption.APPEND);

    refused("2 knows other features or segments than the playbook has now");
  }

  private void refused(String why) throws ModelException {
    Ran ran = promote("2", "--with-features");

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).startsWith("attune: " + why);
    assertNothingChanged();
  }

  private void assertNothingChanged() throws ModelException {
    assertThat(live()).isEqualTo("bench.1");
    assertThat(registry.assignment().orElseThrow().canary()).isNull();
    assertThat(registry.live().orElseThrow().revision()).isEqualTo(1);
  }

  private String live() throws ModelException {
    return registry.live().orElseThrow().version();
  }

  private Ran promote(String... arguments) {
    return models("promote", arguments);
  }

  private Ran models(String verb, String... arguments) {
    List<String> words = new ArrayList<>(List.of("models", verb));
    words.addAll(List.of(arguments));
    words.addAll(List.of("--playbook", dir.toString()));
    return run(words.toArray(String[]::new));
  }

  private void candidate(
      String version,
      List<String> gateFailures,
      Map<String, Double> metrics,
      @Nullable String comparedWith)
      throws ModelException, IOException {
    Path live = registry.published("bench.1");
    Path staged = registry.stage();
    Files.copy(live.resolve(BundleFiles.MODEL), staged.resolve(BundleFiles.MODEL));
    ModelManifest like = BundleFiles.manifest(live);
    BundleFiles.seal(
        staged,
        like.toBuilder(version)
            .columns(Playbook.load(dir).features().id(), like.encodings())
            .evaluated(metrics, like.data())
            .gateFailures(gateFailures)
            .comparedWith(comparedWith)
            .needs(Playbook.load(dir).training().needs())
            .build());
    registry.publish(staged, version);
  }
}

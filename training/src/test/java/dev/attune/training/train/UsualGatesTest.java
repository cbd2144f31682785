package dev.attune.training.train;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.TokenBag;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.training.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bounds that hold though a playbook declares none, and whom they let pass. */
class UsualGatesTest {
  private static final List<String> LABELS = List.of("a", "b");
  private static final int MODELS = 200;
  private static final double MOST = 0.1;

  @TempDir private Path dir;
  private Path playbook;
  private Path events;

  @BeforeEach
  void aShopWithoutGates() throws IOException {
    playbook = SmallShop.playbook(dir.resolve("shop"));
    set("gates: {top1: {above: majority_top1}}", "gates: {}");
    events = SmallShop.events(dir.resolve("events.jsonl"), 1_200);
  }

  @ParameterizedTest
  @ValueSource(ints = {80, 120, 240, 1_200})
  void honestModelsOfFewVisitsPass(int visits) throws Exception {
    SmallShop.events(events, visits);

    assertThat(train().gateFailures()).isEmpty();
  }

  @Test
  void aModelThatNeverFindsAFrequentLabelIsKeptOut() throws Exception {
    set("columns: {page: target}", "columns: {page: none, said: none, segment:looking: none}");

    assertThat(train().gateFailures())
        .anySatisfy(
            why -> assertThat(why).isEqualTo("frequent_recall is 0.000, at least 0.020 is asked"));
    set("gates: {}", "gates: {frequent_recall: {at_least: 0}}");
    assertThat(train().gateFailures()).noneMatch(why -> why.startsWith("frequent_recall"));
  }

  /** In the newest quarter every other customer wants something else: it is as sure as before. */
  @Test
  void aModelThatIsSurerThanRightIsKeptOut() throws Exception {
    List<String> lines = Files.readAllLines(events);
    for (int i = lines.size() * 3 / 4 + 2; i < lines.size(); i += 6) {
      String other = lines.get(i).contains("\"refund\"") ? "account" : "refund";
      lines.set(
          i, lines.get(i).replaceFirst("\"category\":\"\\w+\"", "\"category\":\"" + other + "\""));
    }
    Files.write(events, lines);

    assertThat(train().gateFailures())
        .anySatisfy(
            why ->
                assertThat(why).matches("too_sure is 0\\.[1-6]\\d\\d, at most 0\\.100 is asked"));
    set("gates: {}", "gates: {too_sure: {at_most: 1}}");
    assertThat(train().gateFailures()).noneMatch(why -> why.startsWith("too_sure"));
  }

  /** Of few rows the calibration error itself is above the bound by chance. */
  @ParameterizedTest
  @ValueSource(ints = {20, 40, 80, 160, 400})
  void chanceRefusesNoModelWhoseProbabilitiesAreRight(int rows) {
    int above = 0;
    int refused = 0;
    for (int seed = 0; seed < MODELS; seed++) {
      List<Scored> scored = scored(rows, 0, seed);
      above += CalibrationCurve.of(scored, LABELS).error() > MOST ? 1 : 0;
      refused += isRefused(scored) ? 1 : 0;
    }

    assertThat(refused).isLessThanOrEqualTo(MODELS / 50);
    if (rows <= 40) {
      assertThat(above).as("which is why it is not asked").isGreaterThan(MODELS / 2);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 400})
  void aModelThatIsSurerByAQuarterIsRefused(int rows) {
    int refused = 0;
    for (int seed = 0; seed < MODELS; seed++) {
      refused += isRefused(scored(rows, 0.25, seed)) ? 1 : 0;
    }

    assertThat(refused).isGreaterThanOrEqualTo(MODELS * 9 / 10);
  }

  private static boolean isRefused(List<Scored> scored) {
    ClusteredMean mean = Evaluation.overconfidence(scored, LABELS);
    return mean.mean() - mean.margin() > MOST;
  }

  /**
   * Rows of one user each, right as often as it is said.
   *
   * @param less so much less often, 0 to 1
   */
  private static List<Scored> scored(int rows, double less, int seed) {
    Random random = new Random(seed);
    List<Scored> scored = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      double said = 0.55 + 0.4 * random.nextDouble();
      String label = random.nextDouble() < said - less ? "a" : "b";
      scored.add(
          new Scored(example("u" + i, label), new float[] {(float) said, (float) (1 - said)}));
    }
    return scored;
  }

  private static Example example(String user, String label) {
    FeatureRow row = new FeatureRow("f", new double[0], new @Nullable String[0], new TokenBag[0]);
    return new Example(user, "message_sent", 0, 0, row, label, 0, 0, null);
  }

  private Trainer.Result train() throws Exception {
    return Trainer.train(
        new Trainer.Request(
            events,
            Playbook.load(playbook),
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            new ModelRegistry(dir.resolve("models")),
            Instant.parse("2026-03-04T10:00:00Z")),
        Progress.SILENT);
  }

  private void set(String from, String to) throws IOException {
    Path file = playbook.resolve("training.yaml");
    String text = Files.readString(file);
    assertThat(text).contains(from);
    Files.writeString(file, text.replace(from, to));
  }
}

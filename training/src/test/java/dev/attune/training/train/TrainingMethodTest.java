package dev.attune.training.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.Calibration;
import dev.attune.core.scoring.FlatForest;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.user.ErasedUsers;
import dev.attune.training.Progress;
import dev.attune.training.events.EventSource;
import dev.attune.training.labels.PersonLabels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How settings are chosen, probabilities calibrated, and what keeps a candidate from going live.
 */
class TrainingMethodTest {
  private static final Instant NOW = Instant.parse("2026-03-04T10:00:00Z");
  private static final int VISITS = 1200;

  @TempDir private Path dir;
  private Path playbook;
  private Path events;
  private ModelRegistry registry;

  @BeforeEach
  void shop() throws IOException {
    playbook = SmallShop.playbook(dir.resolve("shop"));
    events = SmallShop.events(dir.resolve("events.jsonl"), VISITS);
    registry = new ModelRegistry(dir.resolve("models"));
  }

  @Test
  void trainingEndsWhereNewerRowsSayEnough() throws Exception {
    set("xgboost: {rounds: 10,", "xgboost: {rounds: 400, early_stopping: 10,");

    assertThat(trees(train(Long.MAX_VALUE).dir())).isLessThan(3 * 250);
    set("early_stopping: 10", "early_stopping: 0");
    assertThat(trees(train(Long.MAX_VALUE).dir())).isEqualTo(3 * 400);
  }

  @Test
  void aModelThatIsTooSureIsCooled() throws Exception {
    set("xgboost: {rounds: 10,", "xgboost: {rounds: 200, early_stopping: 0, eta: 0.8,");
    // words are right nine times of ten; the page would always be
    set("columns: {page: target}", "columns: {page: none}");

    Trainer.Result result = train(Long.MAX_VALUE);

    Calibration calibration = Objects.requireNonNull(bundle(result).manifest().calibration());
    assertThat(calibration.temperature()).isGreaterThan(1.2f);
    assertThat(result.metrics().get("ece")).isLessThan(0.1);
  }

  @Test
  void labelsThatWeighAlikeAreStillSaidAsOftenAsTheyCome() throws Exception {
    set("nthread: 1}", "nthread: 1, class_weights: balanced}");

    Trainer.Result result = train(Long.MAX_VALUE);

    Calibration calibration = Objects.requireNonNull(bundle(result).manifest().calibration());
    assertThat(calibration.biases()).hasSize(3);
    assertThat(result.metrics().get("ece")).isLessThan(0.06);
  }

  @Test
  void otherSettingsAreTriedAndTheSameOnesChosenAgain() throws Exception {
    set("nthread: 1}", "nthread: 1, candidates: 4}");

    Trainer.Result first = train(Long.MAX_VALUE);
    Trainer.Result second = train(Long.MAX_VALUE);

    assertThat(bundle(first).manifest().checksums().get("model.ubj"))
        .isEqualTo(bundle(second).manifest().checksums().get("model.ubj"));
    assertThat(Files.readString(first.dir().resolve("report.md"))).contains("Settings: ");
  }

  @Test
  void whenTheTimeForItIsOverTheDeclaredSettingsStay() throws Exception {
    Trainer.Result declared = train(Long.MAX_VALUE);
    set("nthread: 1}", "nthread: 1, candidates: 12, search_time: 1ms}");

    Trainer.Result hurried = train(Long.MAX_VALUE);

    assertThat(bundle(hurried).manifest().checksums().get("model.ubj"))
        .isEqualTo(bundle(declared).manifest().checksums().get("model.ubj"));
  }

  @Test
  void anHonestModelFallsToTheBaselineWhenLabelsAreDealtAnew() throws Exception {
    Trainer.Result result = train(Long.MAX_VALUE);

    assertThat(result.gateFailures()).isEmpty();
    assertThat(result.metrics().get("shuffled_top1"))
        .isCloseTo(result.metrics().get("majority_top1"), within(0.1));
    assertThat(result.metrics().get("top1")).isGreaterThan(0.8);
  }

  @Test
  void aCandidateMustBeSurelyBetterThanTheLiveModelOnWhatBothHaveNotSeen() throws Exception {
    // the live one has learned from a tenth
    Trainer.Result live = train(SmallShop.START + VISITS / 10 * 3_600_000L);
    assertThat(live.live()).isTrue();

    Trainer.Result better = train(Long.MAX_VALUE);

    assertThat(better.metrics().get("live_logloss_gain_low")).isPositive();
    assertThat(better.gateFailures()).isEmpty();
    assertThat(bundle(better).manifest().comparedWith()).isEqualTo(live.version());
    registry.promote(better.version());
    set("rounds: 10", "rounds: 1");
    Trainer.Result worse = train(Long.MAX_VALUE);
    assertThat(worse.metrics())
        .as("there is nothing that the live one has not learned from")
        .doesNotContainKey("live_logloss_gain");
  }

  @Test
  void aWorseCandidateIsKeptOut() throws Exception {
    train(SmallShop.START + VISITS / 2 * 3_600_000L);
    set("rounds: 10", "rounds: 1");
    set("columns: {page: target}", "columns: {page: none, said: none}");

    Trainer.Result worse = train(Long.MAX_VALUE);

    assertThat(worse.gateFailures())
        .anySatisfy(why -> assertThat(why).contains("of live 2026-03-04.1", "not surely lower"));
    set("gates: {", "gates: {compared_rows: 301, ");
    assertThat(train(Long.MAX_VALUE).gateFailures()).noneMatch(why -> why.contains("of live"));
    set("compared_rows: 301", "compared_rows: 300");
    assertThat(train(Long.MAX_VALUE).gateFailures()).anyMatch(why -> why.contains("of live"));
    set("compared_rows: 300", "better_than_live: false");
    Trainer.Result uncompared = train(Long.MAX_VALUE);
    assertThat(uncompared.gateFailures()).noneMatch(why -> why.contains("of live"));
    assertThat(bundle(uncompared).manifest().comparedWith()).isNull();
  }

  /** The newest fifth of the older rows is the first that has a second label. */
  @Test
  void whoseOlderPartHasOneLabelIsTrainedAsDeclared() throws Exception {
    List<String> lines = Files.readAllLines(events).subList(0, 3 * 300);
    lines.replaceAll(line -> line.replace("\"account\"", "\"shipping\""));
    for (int i = 0; i < 3 * 185; i++) {
      lines.set(i, lines.get(i).replace("\"refund\"", "\"shipping\""));
    }
    Files.write(events, lines);

    assertThat(bundle(train(Long.MAX_VALUE)).manifest().labels())
        .containsExactly("refund", "shipping");
  }

  @Test
  void aBrokenLiveModelDoesNotKeepANewOneFromBeingMade() throws Exception {
    Trainer.Result live = train(SmallShop.START + VISITS / 2 * 3_600_000L);
    Files.writeString(live.dir().resolve("model.ubj"), "broken");

    Trainer.Result next = train(Long.MAX_VALUE);

    assertThat(next.metrics()).doesNotContainKey("live_top1");
    assertThat(next.gateFailures()).isEmpty();
  }

  @Test
  void aDeadLabelIsKeptOut() throws Exception {
    set("gates: {", "gates: {least_recall: {at_least: 0.2}, ");
    set("columns: {page: target}", "columns: {page: none, said: none, segment:looking: none}");

    assertThat(train(Long.MAX_VALUE).gateFailures())
        .anySatisfy(why -> assertThat(why).startsWith("least_recall is 0.0"));
  }

  /** In the newest quarter every other customer wants something else: it is as sure as before. */
  @Test
  void whoseProbabilitiesCannotBeBelievedIsKeptOut() throws Exception {
    set("gates: {", "gates: {ece: {at_most: 0.1}, ");
    List<String> lines = Files.readAllLines(events);
    for (int i = 3 * VISITS * 3 / 4 + 2; i < lines.size(); i += 6) {
      String other = lines.get(i).contains("\"refund\"") ? "account" : "refund";
      lines.set(
          i, lines.get(i).replaceFirst("\"category\":\"\\w+\"", "\"category\":\"" + other + "\""));
    }
    Files.write(events, lines);

    assertThat(train(Long.MAX_VALUE).gateFailures())
        .anySatisfy(why -> assertThat(why).startsWith("ece is 0."));
  }

  @Test
  void whetherSomethingHappensInTimeIsLearned() throws Exception {
    set(
        "label: {event: issue_opened, field: category, for: message_sent, within: 10m, min_rows:"
            + " 5}",
        """
        label:
          yes: issue_opened where category == "refund"
          for: message_sent
          within: 10m
          values: [refund, other]\
        """);

    Trainer.Result result = train(Long.MAX_VALUE);

    ModelManifest manifest = bundle(result).manifest();
    assertThat(manifest.labels()).containsExactly("other", "refund");
    assertThat(result.metrics().get("top1")).isGreaterThan(0.85);
    assertThat(result.gateFailures()).isEmpty();
  }

  private static int trees(Path bundle) throws Exception {
    return FlatForest.read(Files.readAllBytes(bundle.resolve("model.ubj"))).trees();
  }

  private void set(String from, String to) throws IOException {
    Path file = playbook.resolve("training.yaml");
    String text = Files.readString(file);
    Files.writeString(file, text.replace(from, to));
  }

  private Trainer.Result train(long to) throws ModelException {
    return Trainer.train(
        new Trainer.Request(
            EventSource.of(events),
            Playbook.load(playbook),
            Long.MIN_VALUE,
            to,
            registry,
            NOW,
            ErasedUsers.none(),
            PersonLabels.none(),
            null,
            true),
        Progress.SILENT);
  }

  private static ModelBundle bundle(Trainer.Result result) throws ModelException {
    return ModelBundle.load(result.dir());
  }
}

package dev.attune.training.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.Encoding;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.RowScores;
import dev.attune.core.scoring.SentenceEncoders;
import dev.attune.core.user.ErasedUsers;
import dev.attune.encoder.LocalEncoders;
import dev.attune.schemas.json.Rfc3339;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import dev.attune.training.events.EventSource;
import dev.attune.training.events.PastEvents;
import dev.attune.training.events.TimeRange;
import dev.attune.training.labels.PersonLabels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sentence encoder adds: here the newest customers say the same in words nobody used. */
class EncoderTrainingTest {
  private static final Instant NOW = Instant.parse("2026-03-04T10:00:00Z");
  private static final int VISITS = 400;
  private static final List<String> INTENTS = List.of("refund", "shipping", "account");

  private static final String[][] OLD = {
    {"I want my money back", "please refund my order", "can I return this item"},
    {"where is my parcel", "the delivery is late", "track the shipment"},
    {"I cannot log in", "change my password", "my account is locked"}
  };

  private static final String[][] LATER = {
    {"give me a refund", "return policy for broken goods", "reverse the payment"},
    {"order status please", "is my box on its way", "which day does it get here"},
    {"login fails", "reset my credentials", "I lost access to my profile"}
  };

  private static final String[][] LATEST = {
    {"reimburse me", "how do I send an item back", "cancel and pay me back"},
    {"has the package been dispatched", "the courier never came", "shipment tracking number"},
    {"sign-in rejects me", "forgot my passcode", "unable to enter my account"}
  };

  private static final SentenceEncoders ENCODERS = new LocalEncoders(null, 10);

  @TempDir private Path dir;
  private Path playbook;
  private Path events;

  @BeforeEach
  void shop() throws IOException {
    playbook = SmallShop.playbook(dir.resolve("shop"));
    replace("training.yaml", "columns: {page: target}", "columns: {page: none}");
    events = history(dir.resolve("events.jsonl"));
  }

  private void declareEncoder() throws IOException {
    replace("features.yaml", "features:", "encoder: {text: message_sent.text}\nfeatures:");
  }

  private void replace(String name, String from, String to) throws IOException {
    Path file = playbook.resolve(name);
    Files.writeString(file, Files.readString(file).replace(from, to));
  }

  /** New words begin where settings are chosen, and again where the evaluation begins. */
  private static Path history(Path file) throws IOException {
    Random random = new Random(4);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < VISITS; i++) {
      int intent = random.nextInt(3);
      long at = SmallShop.START + i * 3_600_000L;
      String[][] words = i < VISITS * 0.6 ? OLD : i < VISITS * 0.75 ? LATER : LATEST;
      lines.add(
          event(i, "message_sent", at, "\"text\":\"" + words[intent][random.nextInt(3)] + "\""));
      lines.add(
          event(
              i,
              "issue_opened",
              at + 60_000,
              "\"issueId\":\"i\",\"category\":\"" + INTENTS.get(intent) + "\""));
    }
    return Files.write(file, lines);
  }

  private static String event(int visit, String type, long at, String detail) {
    return "{\"eventId\":\"%s%d\",\"type\":\"%s\",\"userId\":\"u%d\",\"occurredAt\":\"%s\",\"%s\":{%s}}"
        .formatted(type, visit, type, visit, Rfc3339.format(at), type, detail);
  }

  private Trainer.Result train(@Nullable SentenceEncoders encoders, String models)
      throws ModelException {
    return Trainer.train(
        new Trainer.Request(
            EventSource.of(events),
            Playbook.load(playbook),
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            new ModelRegistry(dir.resolve(models)),
            NOW,
            ErasedUsers.none(),
            PersonLabels.none(),
            encoders,
            false),
        Progress.SILENT);
  }

  private static double metric(Trainer.Result result, String name) {
    return Objects.requireNonNull(result.metrics().get(name));
  }

  @Test
  void knowsWhatIsMeantByWordsThatNobodyUsedBefore() throws Exception {
    Trainer.Result plain = train(ENCODERS, "plain");
    declareEncoder();

    Trainer.Result encoded = train(ENCODERS, "encoded");

    assertThat(metric(encoded, "top1")).isGreaterThan(metric(plain, "top1") + 0.2);
    assertThat(metric(encoded, "logloss")).isLessThan(metric(plain, "logloss"));
    ModelManifest manifest = BundleFiles.manifest(encoded.dir());
    assertThat(manifest.sentenceShare()).isPositive();
    assertThat(manifest.encodings().getLast())
        .isEqualTo(
            Encoding.Sentence.of("sentence.weights", ENCODERS.own().id(), manifest.labels()));
    assertThat(Files.readString(encoded.dir().resolve("report.md")))
        .containsPattern("sentence model \\d+ %, its penalty [\\d.]+");
    assertThat(Files.readString(encoded.dir().resolve("report.html"))).contains("encoder:message");
  }

  @Test
  void theBundleScoresEachRowAsTrainingDid() throws Exception {
    declareEncoder();
    Trainer.Result result = train(ENCODERS, "models");
    ModelManifest manifest = BundleFiles.manifest(result.dir());
    List<Example> examples = examples();
    TrainedModel trained =
        TrainedModel.fit(
            examples, Playbook.load(playbook), ENCODERS.own(), chosen(result), "", Progress.SILENT);

    ModelBundle bundle = ModelBundle.load(result.dir(), new LocalEncoders(null, 10));

    assertThat(trained.trees())
        .isEqualTo(Files.readAllBytes(result.dir().resolve(BundleFiles.MODEL)));
    assertThat(manifest.labels()).isEqualTo(trained.labels());
    List<FeatureRow> rows = examples.stream().map(Example::row).toList();
    assertThat(rows).allSatisfy(row -> assertThat(row.message()).isNotNull());
    List<RowScores> scores = bundle.score(rows);
    for (int i = 0; i < rows.size(); i++) {
      assertThat(scores.get(i).probabilities()).isEqualTo(trained.probabilities(rows.get(i)));
    }
  }

  private List<Example> examples() {
    Playbook today = Playbook.load(playbook);
    Labeller labeller =
        new Labeller(
            today.engine(), Objects.requireNonNull(today.training().label()), PersonLabels.none());
    var unused =
        PastEvents.read(EventSource.of(events), TimeRange.ALL, Progress.SILENT, labeller::accept);
    labeller.finish();
    return labeller.examples();
  }

  private Hyperparameters chosen(Trainer.Result result) throws Exception {
    ModelManifest manifest = BundleFiles.manifest(result.dir());
    int trees = ModelBundle.load(result.dir()).forest().trees();
    return new Hyperparameters(
        trees / manifest.labels().size(),
        Playbook.load(playbook).training().boosting().parameters(),
        Objects.requireNonNull(manifest.calibration()).temperature(),
        manifest.sentenceShare(),
        HyperparameterSearch.run(
                TimeSplit.of(examples(), 0.25).older(),
                Playbook.load(playbook),
                ENCODERS.own(),
                Progress.SILENT)
            .sentencePenalty());
  }

  @Test
  void theSameEventsGiveTheSameModel() throws Exception {
    declareEncoder();

    ModelManifest first = BundleFiles.manifest(train(ENCODERS, "one").dir());
    ModelManifest second = BundleFiles.manifest(train(new LocalEncoders(null, 10), "two").dir());

    assertThat(first.checksums().get("sentence.weights"))
        .isEqualTo(second.checksums().get("sentence.weights"));
    assertThat(first.checksums().get("model.ubj")).isEqualTo(second.checksums().get("model.ubj"));
    assertThat(first.sentenceShare()).isEqualTo(second.sentenceShare());
  }

  @Test
  void labelsThatWeighAlikeAreLearnedFromMessagesToo() throws Exception {
    declareEncoder();
    replace("training.yaml", "nthread: 1}", "nthread: 1, class_weights: balanced}");

    assertThat(metric(train(ENCODERS, "balanced"), "top1")).isGreaterThan(0.8);
  }

  @Test
  void withoutAnEncoderInThePlaybookNoneIsAskedFor() throws Exception {
    Trainer.Result without = train(null, "without");
    Trainer.Result with = train(ENCODERS, "with");

    assertThat(BundleFiles.manifest(with.dir()).checksums().get("model.ubj"))
        .isEqualTo(BundleFiles.manifest(without.dir()).checksums().get("model.ubj"));
    assertThat(with.dir().resolve("sentence.weights")).doesNotExist();
    assertThat(BundleFiles.manifest(with.dir()).sentenceShare()).isZero();
  }

  @Test
  void anEncoderThatIsDeclaredAndNotHereIsSaid() throws Exception {
    declareEncoder();

    assertThatThrownBy(() -> train(null, "models"))
        .isInstanceOf(UserFault.class)
        .hasMessage("The playbook declares an encoder, and there is none here.");
  }
}

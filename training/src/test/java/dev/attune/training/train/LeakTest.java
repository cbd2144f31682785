package dev.attune.training.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.GateVerdict;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.user.ErasedUsers;
import dev.attune.training.Progress;
import dev.attune.training.events.EventSource;
import dev.attune.training.events.TimeRange;
import dev.attune.training.labels.PersonLabels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models that really know the answer beforehand, and what sees them. */
class LeakTest {
  private static final int VISITS = 1200;
  private static final int LINES_A_VISIT = 3;

  @TempDir private Path dir;
  private Playbook playbook;
  private Path events;
  private ModelRegistry registry;

  @BeforeEach
  void shop() throws IOException {
    // words are right nine times of ten; the page would always be
    playbook =
        SmallShop.playbook(
            dir.resolve("shop"),
            training -> training.replace("columns: {page: target}", "columns: {page: none}"));
    registry = new ModelRegistry(dir.resolve("models"));
    events = SmallShop.events(dir.resolve("events.jsonl"), VISITS);
  }

  /** As if rows were taken after the event that tells their label. */
  @Test
  void columnsThatAreCountedWithTheLabelsEventAreCaught() throws Exception {
    playbook = Playbook.load(SmallShop.playbook(dir.resolve("pages")));
    List<Example> dealt = LeakageCheck.dealtAmong(examples());
    List<Example> late = dealt.stream().map(this::knowing).toList();

    assertThat(check(dealt).verdict(4).whyNot()).as("rows of their own time").isEmpty();
    assertThat(check(late).verdict(4).whyNot())
        .hasValueSatisfying(why -> assertThat(why).startsWith("a column knows the label"));
  }

  /** Else a step of a rollout would need the memory of a training. */
  @Test
  void rowsAfterAMomentAreThoseOfSomeUsersWhenThereAreMany() {
    long moment = SmallShop.START + VISITS / 2 * 3_600_000L;
    List<Example> later = examples().stream().filter(example -> example.time() > moment).toList();
    assertThat(later).hasSize(VISITS / 2);

    List<Example> all = Labeller.since(past(), moment + 1, 10_000, Progress.SILENT);
    List<Example> some = Labeller.since(past(), moment + 1, 200, Progress.SILENT);

    assertThat(texts(all)).isEqualTo(texts(later));
    assertThat(some).hasSizeBetween(50, 200);
    List<String> users = some.stream().map(Example::userId).distinct().toList();
    assertThat(texts(some))
        .as("with all of their rows")
        .isEqualTo(
            texts(later.stream().filter(example -> users.contains(example.userId())).toList()));
  }

  private static List<String> texts(List<Example> examples) {
    return examples.stream()
        .map(e -> e.userId() + " " + e.time() + " " + e.label() + " " + e.row().toAvro())
        .toList();
  }

  private List<Example> examples() {
    return Labeller.read(past(), event -> {}, Progress.SILENT).examples();
  }

  private Labeller.Past past() {
    return new Labeller.Past(
        playbook, EventSource.of(events), TimeRange.ALL, ErasedUsers.none(), PersonLabels.none());
  }

  private Example knowing(Example example) {
    FeatureRow row = example.row();
    @Nullable String[] categories = row.categories().clone();
    for (int i = 0; i < categories.length; i++) {
      categories[i] =
          String.valueOf(categories[i]).startsWith("/") ? "/" + example.label() : categories[i];
    }
    return new Example(
        example.userId(),
        example.moment(),
        example.time(),
        example.age(),
        new FeatureRow(
            row.featureSetId(), row.numbers(), categories, row.tokens(), row.memberships(), null),
        example.label(),
        example.toldAt(),
        example.knownAt(),
        example.previousLabel());
  }

  private LeakageCheck check(List<Example> examples) throws ModelException {
    TimeSplit split = TimeSplit.of(examples, 0.25);
    TrainedModel model =
        TrainedModel.fit(
            split.older(),
            playbook,
            null,
            HyperparameterSearch.run(split.older(), playbook, null, Progress.SILENT),
            "",
            Progress.SILENT);
    return LeakageCheck.of(QualityMetrics.of(model, split.older(), split.newer()), split.newer());
  }

  /**
   * The log was written by people who noted beside the message what it turned out to be about. No
   * event of the past contradicts that; a live message has no note.
   */
  @Test
  void anAnswerThatIsWrittenIntoThePastIsSeenByWhatHappensAfterwards() throws Exception {
    List<String> honest = Files.readAllLines(events);
    int before = LINES_A_VISIT * VISITS / 2;
    Files.write(events, honest.subList(0, before / 2));
    String live = train().version();
    Files.write(events, noted(honest.subList(0, before)));

    Trainer.Result leaky = train();

    assertThat(leaky.gateFailures()).as("the past does not tell").isEmpty();
    assertThat(leaky.metrics().get("shuffled_top1"))
        .isCloseTo(leaky.metrics().get("majority_top1"), within(0.1));
    assertThat(leaky.metrics().get("top1")).isGreaterThan(0.95);
    assertThat(sinceTraining(leaky.version(), live)).as("nothing happened since").isEmpty();
    List<String> all = noted(honest.subList(0, before));
    all.addAll(honest.subList(before, honest.size()));
    Files.write(events, all);
    assertThat(sinceTraining(leaky.version(), live))
        .hasValueSatisfying(
            why -> assertThat(why).contains("of 600 rows since its training", "surely higher"));
    for (String asked : List.of("{rows: 601}", "{rows: 600, worse: 9}")) {
      declare("rollout: {since_training: " + asked + "}");
      assertThat(sinceTraining(leaky.version(), live)).as(asked).isEmpty();
    }
    declare("rollout: {since_training: {rows: 600}}");
    assertThat(sinceTraining(leaky.version(), live)).isPresent();

    Files.write(events, honest.subList(0, before));
    String fair = train().version();
    Files.write(events, honest);
    assertThat(sinceTraining(fair, live)).as("no leak, no failure").isEmpty();
  }

  private void declare(String rollout) throws IOException {
    Path training = playbook.dir().resolve("training.yaml");
    String before = Files.readString(training).replaceAll("(?m)^rollout:.*\n", "");
    Files.writeString(training, before + rollout + "\n");
    playbook = Playbook.load(playbook.dir());
  }

  private Optional<String> sinceTraining(String candidate, String live) throws ModelException {
    return SinceTraining.verdict(
            new SinceTraining.Request(
                EventSource.of(events),
                playbook,
                ModelBundle.load(registry.published(candidate)),
                ModelBundle.load(registry.published(live)),
                ErasedUsers.none(),
                PersonLabels.none()),
            Progress.SILENT)
        .flatMap(GateVerdict::whyNot);
  }

  private static List<String> noted(List<String> honest) {
    List<String> lines = new ArrayList<>(honest);
    for (int i = 0; i < lines.size(); i += LINES_A_VISIT) {
      String label = lines.get(i + 2).replaceAll(".*\"category\":\"(\\w+)\".*", "$1");
      lines.set(i + 1, lines.get(i + 1).replace("\"text\":\"", "\"text\":\"ticket" + label + " "));
    }
    return lines;
  }

  /** An export may be at work meanwhile: the second replay reads more than the first did. */
  @Test
  void eventsThatComeBetweenTheReplaysEndNoTraining() throws Exception {
    SmallShop.events(events, 240);
    List<String> exported = Files.readAllLines(SmallShop.events(dir.resolve("later.jsonl"), 243));
    Progress export =
        new Progress() {
          private int replays;

          @Override
          public void phase(String name, long steps) {
            if (name.equals("replaying events") && ++replays == 2) {
              write(exported);
            }
          }
        };

    Trainer.Result result = train(export);

    assertThat(result.rows()).isEqualTo(240);
    assertThat(result.metrics()).containsKey("shuffled_top1");
  }

  private void write(List<String> lines) {
    try {
      Files.write(events, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Trainer.Result train() throws ModelException {
    return train(Progress.SILENT);
  }

  private Trainer.Result train(Progress progress) throws ModelException {
    return Trainer.train(
        new Trainer.Request(
            EventSource.of(events),
            playbook,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            registry,
            Instant.parse("2026-03-04T10:00:00Z"),
            ErasedUsers.none(),
            PersonLabels.none(),
            null,
            true),
        progress);
  }
}

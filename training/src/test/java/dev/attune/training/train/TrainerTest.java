package dev.attune.training.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.TokenBag;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.user.ErasedUsers;
import dev.attune.core.user.UserHasher;
import dev.attune.core.user.UserUpdate;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.InteractionEvent;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

  @TempDir private Path dir;
  private Playbook playbook;
  private ModelRegistry registry;

  @BeforeEach
  void openShop() throws IOException {
    playbook = Playbook.load(SmallShop.playbook(dir.resolve("shop")));
    registry = new ModelRegistry(dir.resolve("models/shop"));
  }

  @Test
  void learnsWhatCustomersNeedAndGoesLiveFirst() throws Exception {
    Path events = SmallShop.events(dir.resolve("events.jsonl"), 240);

    Trainer.Result result = train(events, Long.MAX_VALUE);

    assertThat(result.version()).isEqualTo("2026-03-04.1");
    assertThat(result.live()).isTrue();
    assertThat(result.rows()).isEqualTo(240);
    assertThat(result.gateFailures()).isEmpty();
    assertThat(result.metrics().get("top1")).isGreaterThan(0.85);
    assertThat(result.metrics().get("majority_top1")).isLessThan(0.6);
    assertThat(result.metrics()).containsKeys("top1{locale=en}", "top1{locale=es}");
    assertThat(Files.readString(result.dir().resolve("report.md")))
        .contains("| locale=en (30) |", "Gates: all passed.");
    assertThat(registry.live().orElseThrow().version()).isEqualTo("2026-03-04.1");
  }

  @Test
  void aFirstVersionIsBetterThanNoneAlthoughItFailsADeclaredGate() throws Exception {
    Path events = SmallShop.events(dir.resolve("events.jsonl"), 240);
    gates("evaluation_rows: {at_least: 1000}");

    Trainer.Result result = train(events, Long.MAX_VALUE);

    assertThat(result.live()).isTrue();
    assertThat(result.whyFirst())
        .startsWith("first version: nothing to compare with; although evaluation_rows is 60.000");
    assertThat(registry.live().orElseThrow().version()).isEqualTo(result.version());
  }

  @Test
  void aFirstVersionThatLostALabelGoesLiveAndSaysSo() throws Exception {
    Path events = SmallShop.events(dir.resolve("events.jsonl"), 1_200);
    Path training = playbook.dir().resolve("training.yaml");
    Files.writeString(
        training,
        Files.readString(training)
            .replace("{page: target}", "{page: none, said: none, segment:looking: none}"));
    playbook = Playbook.load(playbook.dir());

    Trainer.Result result = train(events, Long.MAX_VALUE);

    assertThat(result.gateFailures()).contains("frequent_recall is 0.000, at least 0.020 is asked");
    assertThat(result.whyFirst()).contains("although", "frequent_recall is 0.000");
    assertThat(result.live()).isTrue();
  }

  @Test
  void whatXgboostRefusesIsSaidWithTheFileThatAsksForIt() throws Exception {
    Path events = SmallShop.events(dir.resolve("events.jsonl"), 240);
    Path training = playbook.dir().resolve("training.yaml");
    Files.writeString(
        training, Files.readString(training).replace("max_depth: 3", "updater: grow_wings"));
    playbook = Playbook.load(playbook.dir());

    assertThatThrownBy(() -> train(events, Long.MAX_VALUE))
        .isInstanceOf(UserFault.class)
        .hasMessageMatching(
            "XGBoost can't train with what training.yaml says under `xgboost`. It says: \\w.*\\.");
  }

  private void gates(String declared) throws IOException {
    Path training = playbook.dir().resolve("training.yaml");
    Files.writeString(
        training,
        Files.readString(training).replaceFirst("(?m)^gates: .*$", "gates: {" + declared + "}"));
    playbook = Playbook.load(playbook.dir());
  }

  @Test
  void leavesOutErasedUsersUpToTheirErasure() throws Exception {
    Path events = SmallShop.events(dir.resolve("events.jsonl"), 240);
    long half = SmallShop.START + 120 * 3_600_000L;
    UserHasher hasher = new UserHasher("0123456789abcdef");
    ErasedUsers erased = new ErasedUsers(hasher);
    for (int user = 0; user < 40; user++) {
      erased.add(hasher.hash("u" + user), half);
    }

    int all =
        Trainer.export(request(events, ErasedUsers.none()), dir.resolve("a.csv"), Progress.SILENT);
    int kept = Trainer.export(request(events, erased), dir.resolve("b.csv"), Progress.SILENT);

    assertThat(all).isEqualTo(240);
    assertThat(kept).isBetween(118, 120);
  }

  private Trainer.Request request(Path events, ErasedUsers erased) {
    return new Trainer.Request(
        EventSource.of(events),
        playbook,
        Long.MIN_VALUE,
        Long.MAX_VALUE,
        registry,
        NOW,
        erased,
        PersonLabels.none(),
        null,
        true);
  }

  @Test
  void laterVersionsAreCandidates() throws Exception {
    Path events = SmallShop.events(dir.resolve("events.jsonl"), 120);
    train(events, Long.MAX_VALUE);

    Trainer.Result second = train(events, Long.MAX_VALUE);

    assertThat(second.version()).isEqualTo("2026-03-04.2");
    assertThat(second.live()).isFalse();
    assertThat(registry.live().orElseThrow().version()).isEqualTo("2026-03-04.1");
  }

  /** Another training was quicker: all of the work would be lost otherwise. */
  @Test
  void aNumberThatIsTakenMeanwhileIsLeftToTheOther() throws Exception {
    Path events = SmallShop.events(dir.resolve("events.jsonl"), 240);
    Path taken = Files.createDirectories(dir.resolve("models/shop/2026-03-04.1"));

    Trainer.Result result = train(events, Long.MAX_VALUE);

    assertThat(result.version()).isEqualTo("2026-03-04.2");
    assertThat(result.dir().resolve("report.md")).content().contains("2026-03-04.2");
    assertThat(taken).isEmptyDirectory();
    assertThat(taken.getParent()).isDirectoryNotContaining("glob:**/.staging-*");
  }

  @Test
  void theSameEventsGiveTheSameModel() throws Exception {
    Path events = SmallShop.events(dir.resolve("events.jsonl"), 120);

    Path first = train(events, Long.MAX_VALUE).dir();
    Path second = train(events, Long.MAX_VALUE).dir();

    assertThat(second.resolve("model.ubj")).hasSameBinaryContentAs(first.resolve("model.ubj"));
    assertThat(second.resolve("text-said.weights"))
        .hasSameBinaryContentAs(first.resolve("text-said.weights"));
  }

  @Test
  void theBundleScoresOnlineRows() throws Exception {
    Path events = SmallShop.events(dir.resolve("events.jsonl"), 240);
    ModelBundle bundle = ModelBundle.load(train(events, Long.MAX_VALUE).dir());

    List<FeatureRow> rows = new ArrayList<>();
    PastEvents.read(
        EventSource.of(events),
        new TimeRange(SmallShop.START, SmallShop.START + 6000),
        Progress.SILENT,
        event -> rows.add(apply(event)));

    float[] probabilities = bundle.score(bundle.encode(rows.getLast()));
    assertThat(probabilities).hasSize(3);
    assertThat(bundle.manifest().labels()).containsExactly("account", "refund", "shipping");
    assertThat(bundle.manifest().references())
        .extracting("feature")
        .containsExactly(
            "page",
            "views",
            "opened",
            "locale",
            "segment:looking",
            "label",
            "@prediction",
            "@confidence");
  }

  @Test
  void segmentsAreColumnsOfTheModel() throws Exception {
    Path events = SmallShop.events(dir.resolve("events.jsonl"), 120);
    ModelBundle bundle = ModelBundle.load(train(events, Long.MAX_VALUE).dir());

    assertThat(bundle.columnNames()).endsWith("segment:looking");
    assertThat(bundle.manifest().segments())
        .singleElement()
        .satisfies(
            segment ->
                assertThat(segment.definition())
                    .isEqualTo(playbook.segments().definitions().getFirst()));
    assertThat(bundle.manifest().selfCheck())
        .anySatisfy(check -> assertThat(check.memberships()).isNotEmpty())
        .anySatisfy(check -> assertThat(check.memberships()).isNull());
    assertThat(bundle.manifest().referencesByAge().getFirst().references())
        .extracting("feature")
        .contains("segment:looking");
    List<FeatureRow> rows = new ArrayList<>();
    PastEvents.read(
        EventSource.of(events), TimeRange.ALL, Progress.SILENT, event -> rows.add(apply(event)));
    assertThat(bundle.encode(rows.getFirst())).endsWith(0f);
  }

  @Test
  void aChangedSegmentIsNotWhatTheModelWasTrainedOn() throws Exception {
    Path events = SmallShop.events(dir.resolve("events.jsonl"), 120);
    ModelBundle bundle = ModelBundle.load(train(events, Long.MAX_VALUE).dir());
    SmallShop.segments(dir.resolve("shop"), "enter: views >= 3");
    playbook = Playbook.load(dir.resolve("shop"));

    List<FeatureRow> rows = new ArrayList<>();
    PastEvents.read(
        EventSource.of(events), TimeRange.ALL, Progress.SILENT, event -> rows.add(apply(event)));

    assertThat(bundle.misfit(rows.getFirst())).contains("segment:looking");
    assertThat(bundle.manifest().fits(playbook.features().id(), playbook.segments().definitions()))
        .isFalse();
  }

  @Test
  void aSegmentThatIsLeftOutIsNoColumn() throws Exception {
    Path events = SmallShop.events(dir.resolve("events.jsonl"), 120);
    Path training = dir.resolve("shop/training.yaml");
    Files.writeString(
        training,
        Files.readString(training)
            .replace("{page: target}", "{page: target, segment:looking: none}"));
    playbook = Playbook.load(dir.resolve("shop"));

    ModelBundle bundle = ModelBundle.load(train(events, Long.MAX_VALUE).dir());

    assertThat(bundle.manifest().segments()).isEmpty();
    assertThat(bundle.columnNames()).noneMatch(name -> name.startsWith("segment:"));
    assertThat(bundle.manifest().references())
        .extracting("feature")
        .doesNotContain("segment:looking");
  }

  @Test
  void theRowsForOthersHaveTheSegments() throws Exception {
    Path events = SmallShop.events(dir.resolve("events.jsonl"), 120);

    Trainer.export(request(events, ErasedUsers.none()), dir.resolve("a.csv"), Progress.SILENT);

    List<String> lines = Files.readAllLines(dir.resolve("a.csv"));
    assertThat(lines.getFirst()).isEqualTo("page,views,opened,locale,segment:looking,label");
    assertThat(lines.subList(1, lines.size())).allMatch(line -> line.matches(".*,[01],[a-z]+"));
  }

  /** Every message counts, also one that no issue followed; the online scorer sees them all. */
  @Test
  void theBundleHasReferencesByAgeOfAllMessages() throws Exception {
    Path events = SmallShop.events(dir.resolve("events.jsonl"), 240);
    Files.writeString(
        events,
        """
        {"eventId":"alone","type":"message_sent","userId":"u-alone","occurredAt":"2026-01-02T00:00:00Z","message_sent":{"text":"hello"}}
        """,
        java.nio.file.StandardOpenOption.APPEND);

    var ages = ModelBundle.load(train(events, Long.MAX_VALUE).dir()).manifest().referencesByAge();

    // forty customers write first five seconds after they came, then within days
    assertThat(ages.getFirst().fromMillis()).isZero();
    assertThat(ages.getFirst().references())
        .extracting("feature")
        .contains("page", "views", "opened", "locale", "@age");
    assertThat(ages.getFirst().references().getFirst().rows()).isEqualTo(41);
    assertThat(ages).extracting("fromMillis").doesNotHaveDuplicates().contains(86_400_000L);
    assertThat(ages)
        .flatMap(age -> age.references())
        .extracting("feature")
        .contains("@prediction", "@confidence");
  }

  @Test
  void tooManyRowsLeaveWholeUsersOut() {
    var some = new ProfileRows(100);
    var row = new FeatureRow("f", new double[0], new @Nullable String[0], new TokenBag[0]);
    for (int i = 0; i < 1_000; i++) {
      some.add(new ProfileRows.ProfileRow("u-" + i % 250, i, 0, row));
    }

    var perUser =
        some.rows().stream()
            .collect(
                java.util.stream.Collectors.groupingBy(
                    ProfileRows.ProfileRow::userId, java.util.stream.Collectors.counting()));
    assertThat(some.rows()).hasSizeBetween(20, 100);
    assertThat(perUser.values()).allMatch(rows -> rows == 4);
  }

  private FeatureRow apply(InteractionEvent event) {
    UserUpdate step = playbook.engine().apply(null, event, new Position(0, 0, 1));
    return step.row();
  }

  @Test
  void rowsAreAsOfTheirMessageAndKnowNothingOfTheLabelsEvent() throws Exception {
    Path events = SmallShop.events(dir.resolve("events.jsonl"), 1);
    Labeller labeller =
        new Labeller(
            playbook.engine(),
            java.util.Objects.requireNonNull(playbook.training().label()),
            PersonLabels.none());

    PastEvents.read(
        EventSource.of(events),
        new TimeRange(0, Long.MAX_VALUE),
        Progress.SILENT,
        labeller::accept);

    Example row = labeller.examples().getFirst();
    assertThat(row.time()).isEqualTo(SmallShop.START + 5000);
    assertThat(row.previousLabel()).isNull();
    assertThat(row.row().named(playbook.features())).containsEntry("opened", 0.0);
  }

  @Test
  void eventsAtTheEndOfTheSpanAndLaterAreLeftOut() throws Exception {
    Path events = SmallShop.events(dir.resolve("events.jsonl"), 120);

    Trainer.Result result = train(events, SmallShop.START + 80 * 3_600_000L);

    assertThat(result.rows()).isEqualTo(80);
  }

  @Test
  void onlyTheLabelsThatThePlaybookListsAreLearned() throws Exception {
    Path events = SmallShop.events(dir.resolve("events.jsonl"), 120);
    Path training = playbook.dir().resolve("training.yaml");
    String all = Files.readString(training);
    Files.writeString(
        training, all.replace("min_rows: 5}", "min_rows: 5, values: [shipping, refund]}"));
    playbook = Playbook.load(playbook.dir());

    ModelBundle bundle = ModelBundle.load(train(events, Long.MAX_VALUE).dir());

    assertThat(bundle.manifest().labels()).containsExactly("refund", "shipping");
  }

  /** People read messages that nothing followed, so events alone tell of too few. */
  @Test
  void whereMostLabelsArePeoplesLeaksAreNotLookedFor() throws Exception {
    Path events = SmallShop.events(dir.resolve("events.jsonl"), 240);
    List<String> all = Files.readAllLines(events);

    List<String> notes = new ArrayList<>();
    Files.write(events, issues(all, new ArrayList<>(), 49));
    Trainer.Result few = train(events, labels(all), notes);

    assertThat(few.rows()).isEqualTo(240);
    assertThat(few.metrics()).containsKey("top1").doesNotContainKey("shuffled_top1");
    assertThat(few.gates()).noneMatch(verdict -> verdict.gate().equals("shuffled_top1"));
    assertThat(notes)
        .contains(
            "Leaks were not looked for: without what people said 49 rows have a label, at least 50 are needed.");
  }

  @Test
  void whereEventsTellOneLabelAloneLeaksAreNotLookedFor() throws Exception {
    Path events = SmallShop.events(dir.resolve("events.jsonl"), 240);
    List<String> all = Files.readAllLines(events);
    List<String> others = all.stream().filter(line -> !line.contains("\"refund\"")).toList();

    List<String> notes = new ArrayList<>();
    Files.write(events, issues(all, others, 240));
    Trainer.Result one = train(events, labels(all), notes);

    assertThat(one.metrics()).containsKey("top1").doesNotContainKey("shuffled_top1");
    assertThat(notes)
        .contains(
            "Leaks were not looked for: A model needs two labels with 5 rows each; there is one, refund.");
  }

  /** The first issues, but those of other lines. */
  private static List<String> issues(List<String> lines, List<String> without, int most) {
    List<String> kept = new ArrayList<>();
    int issues = 0;
    for (String line : lines) {
      boolean issue = line.contains("\"issue_opened\":");
      if (!issue || !without.contains(line) && issues++ < most) {
        kept.add(line);
      }
    }
    return kept;
  }

  /** What people said of every message: what its issue was. */
  private static PersonLabels labels(List<String> lines) {
    Map<String, String> said = new HashMap<>();
    for (int i = 0; i < lines.size() / 3; i++) {
      said.put(
          "message_sent-" + i,
          lines.get(3 * i + 2).replaceAll(".*\"category\":\"(\\w+)\".*", "$1"));
    }
    return PersonLabels.none().and(said);
  }

  private Trainer.Result train(Path events, PersonLabels people, List<String> notes)
      throws ModelException {
    return Trainer.train(
        new Trainer.Request(
            EventSource.of(events),
            playbook,
            Long.MIN_VALUE,
            Long.MAX_VALUE,
            registry,
            NOW,
            ErasedUsers.none(),
            people,
            null,
            true),
        new Progress() {
          @Override
          public void note(String text) {
            notes.add(text);
          }
        });
  }

  @Test
  void tooFewRowsAreSaidInOneSentence() throws Exception {
    Path events = SmallShop.events(dir.resolve("events.jsonl"), 10);
    Files.writeString(events, "no event\n", java.nio.file.StandardOpenOption.APPEND);

    assertThatThrownBy(() -> train(events, Long.MAX_VALUE))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("10 message_sent events followed by issue_opened")
        .hasMessageContaining("1 lines were none");
    assertThat(registry.versions()).isEmpty();
  }

  private Trainer.Result train(Path events, long to) throws ModelException {
    return Trainer.train(
        new Trainer.Request(events, playbook, Long.MIN_VALUE, to, registry, NOW), Progress.SILENT);
  }
}

package dev.attune.cli.retrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.ModelRegistry.Assignment;
import dev.attune.core.scoring.RolloutProgress;
import dev.attune.core.user.ErasedUsers;
import dev.attune.encoder.LocalEncoders;
import dev.attune.kafka.audit.Act;
import dev.attune.kafka.audit.VersionStep;
import dev.attune.local.terminal.Terminal;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import dev.attune.training.events.EventSource;
import dev.attune.training.events.TimeRange;
import dev.attune.training.labels.PersonLabels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loop from the export to the last step, on files, with what services tell over HTTP. */
class RetrainingTest {
  private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String GATES = "{top1: {above: majority_top1}, better_than_live: false}";

  @TempDir private Path folder;
  private final FiguresServer figures = new FiguresServer();
  private final List<Act> acts = new ArrayList<>();
  private final List<VersionStep> steps = new ArrayList<>();
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private final Deque<List<String>> happening = new ArrayDeque<>();
  private Path bot;
  private Path past;
  private ModelRegistry registry;
  private String live;
  private Instant now = NOW;

  @BeforeEach
  void aFirstVersionIsLive() throws Exception {
    bot = SmallBot.playbook(folder.resolve("bot"), GATES);
    past = folder.resolve("past.jsonl");
    registry = new ModelRegistry(folder.resolve("models"));
    happening.add(SmallBot.visits(0, 200));
    assertThat(retraining().run(request(false), Progress.SILENT)).isTrue();
    live = registry.live().orElseThrow().version();
    assertThat(actions()).containsExactly("export", "rollout_trained", "rollout_live");
    assertThat(acts.getLast().subject()).isEqualTo("model:" + live);
    assertThat(acts.getLast().detail()).isEqualTo("first version: nothing to compare with");
    acts.clear();
    steps.clear();
    printed.reset();
  }

  @AfterEach
  void stop() {
    figures.close();
  }

  @Test
  void whatPassesAllStepsIsLiveInTheEnd() throws Exception {
    happening.add(SmallBot.visits(200, 400));
    figures.shadowIsFine("2026-03-04.2");

    assertThat(retraining().run(request(false), Progress.SILENT)).isTrue();

    assertThat(registry.live().orElseThrow().version()).isEqualTo("2026-03-04.2");
    assertThat(actions())
        .containsExactly(
            "export",
            "rollout_trained",
            "rollout_shadow",
            "export",
            "rollout_canary",
            "export",
            "rollout_live",
            "rollout_done");
    assertThat(acts.get(1).detail()).startsWith("top-1 ");
    assertThat(offline())
        .extracting(VersionStep::gate, VersionStep::verdict)
        .contains(
            tuple("top1", VersionStep.Verdict.PASSED),
            tuple("shuffled_top1", VersionStep.Verdict.PASSED));
    assertThat(offline().getFirst().figures()).containsKeys("top1", "majority_top1");
  }

  @Test
  void whatMustPassTheStepsGoesLiveByThem() throws Exception {
    Files.writeString(
        bot.resolve("training.yaml"),
        "promotion: {needs: [offline, shadow, canary]}\n",
        StandardOpenOption.APPEND);
    happening.add(SmallBot.visits(200, 400));
    figures.shadowIsFine("2026-03-04.2");

    assertThat(retraining().run(request(true), Progress.SILENT)).isFalse();
    assertThatThrownBy(() -> registry.promote("2026-03-04.2"))
        .hasMessageContaining("it has not passed the shadow and the canary");
    figures.shadowIsFine("2026-03-04.3");
    assertThat(retraining().run(request(false), Progress.SILENT)).isTrue();

    assertThat(registry.live().orElseThrow().version()).isEqualTo("2026-03-04.3");
  }

  @Test
  void whatFailsItsGatesEndsThereWithTheReason() throws Exception {
    SmallBot.playbook(bot, "{top1: {at_least: 0.999}, better_than_live: false}");
    happening.add(SmallBot.visits(200, 400));

    assertThat(retraining().run(request(false), Progress.SILENT)).isFalse();

    assertThat(acts)
        .extracting(Act::action, Act::outcome, Act::subject)
        .containsExactly(
            tuple("export", Act.Outcome.ALLOWED, null),
            tuple("rollout_trained", Act.Outcome.ALLOWED, "model:2026-03-04.2"),
            tuple("rollout_refused", Act.Outcome.REFUSED, "model:2026-03-04.2"));
    assertThat(acts.getLast().detail())
        .matches("top1 is 0\\.\\d{3}, at least 0\\.999 is asked")
        .doesNotContain("0.999, at least");
    assertThat(said()).contains("refused   2026-03-04.2: " + acts.getLast().detail());
    assertThat(offline())
        .filteredOn(step -> step.verdict() == VersionStep.Verdict.FAILED)
        .singleElement()
        .satisfies(
            step -> {
              assertThat(step.gate()).isEqualTo("top1");
              assertThat(step.figures()).containsEntry("at_least", 0.999).containsKey("top1");
              assertThat(step.reason()).isEqualTo(acts.getLast().detail());
            });
    assertNobodyIsScoredByAnother();
  }

  /** What the gates said of the second version when it was made. */
  private List<VersionStep> offline() {
    return steps.stream()
        .filter(step -> step.step().equals("offline"))
        .filter(step -> step.version().equals("2026-03-04.2"))
        .toList();
  }

  @Test
  void whatDiffersTooMuchFromTheLiveVersionEndsInTheShadow() throws Exception {
    happening.add(SmallBot.visits(200, 400));
    figures.shadow("2026-03-04.2", 10, 90, 0, 0);

    assertThat(retraining().run(request(false), Progress.SILENT)).isFalse();

    assertThat(actions())
        .containsExactly("export", "rollout_trained", "rollout_shadow", "rollout_stopped");
    assertThat(acts.getLast().outcome()).isEqualTo(Act.Outcome.REFUSED);
    assertThat(acts.getLast().detail())
        .isEqualTo(
            "it agrees with the live version on 10.0 % of the rows, at least 20.0 % is asked");
    assertNobodyIsScoredByAnother();
  }

  /** What comes while it is the shadow tells that it knew the answers of the past. */
  @Test
  void whatIsWorseOnWhatHappensMeanwhileEndsInTheShadow() throws Exception {
    Files.delete(past);
    happening.add(SmallBot.noted(SmallBot.visits(0, 600)));
    happening.add(SmallBot.visits(600, 1_000));
    figures.shadowIsFine("2026-03-04.2");

    assertThat(retraining().run(request(false), Progress.SILENT)).isFalse();

    assertThat(actions())
        .containsExactly(
            "export", "rollout_trained", "rollout_shadow", "export", "rollout_stopped");
    assertThat(acts.getLast().detail())
        .contains("of 400 rows since its training", "its log loss is surely higher");
    assertNobodyIsScoredByAnother();
  }

  @Test
  void aDryRunMakesNoFirstVersionLive() throws Exception {
    registry = new ModelRegistry(folder.resolve("none"));

    assertThat(retraining().run(request(true), Progress.SILENT)).isFalse();

    assertThat(actions()).containsExactly("export", "rollout_trained");
    assertThat(registry.live()).isEmpty();
  }

  /** All that customers mean by a message is lost, so that one label is said of all. */
  @Test
  void aFirstVersionThatLostALabelIsLiveAndItIsKnown() throws Exception {
    registry = new ModelRegistry(folder.resolve("none"));
    Files.write(past, SmallBot.visits(0, 600).stream().map(RetrainingTest::without).toList());

    assertThat(retraining().run(request(false), Progress.SILENT)).isTrue();

    assertThat(actions()).containsExactly("export", "rollout_trained", "rollout_live");
    assertThat(acts.getLast().detail()).contains("although frequent_recall is 0.000");
    assertThat(registry.live()).isPresent();
  }

  private static String without(String event) {
    return event.replaceFirst("\"text\":\"[^\"]*\"", "\"text\":\"hello\"");
  }

  @Test
  void aDryRunGivesNoVersionASlot() throws Exception {
    happening.add(SmallBot.visits(200, 400));

    assertThat(retraining().run(request(true), Progress.SILENT)).isFalse();

    assertThat(actions()).containsExactly("export", "rollout_trained");
    assertThat(printed.toString(StandardCharsets.UTF_8)).contains("models shadow 2026-03-04.2");
    assertNobodyIsScoredByAnother();
  }

  @Test
  void aVersionInASlotByHandEndsARunBeforeAnythingIsDone() throws Exception {
    happening.add(SmallBot.visits(200, 400));
    var unused = retraining().run(request(true), Progress.SILENT);
    acts.clear();
    registry.shadow("2026-03-04.2");

    assertThatThrownBy(() -> retraining().run(request(false), Progress.SILENT))
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("models shadow --end");
    assertThat(acts).isEmpty();
  }

  /** Customers write as they did, so that no feature shows it. */
  @Test
  void aRenamedTopicStartsTheLoop() throws Exception {
    happens(renamed(SmallBot.visits(200, 600)), 600);

    assertThat(retraining().runIfDrifted(request(true), Progress.SILENT)).isFalse();

    assertThat(actions()).containsExactly("export", "rollout_drifted", "export", "rollout_trained");
    Act drifted = acts.get(1);
    assertThat(drifted.subject()).isEqualTo("model:" + live);
    assertThat(drifted.outcome()).isEqualTo(Act.Outcome.ALLOWED);
    assertThat(drifted.detail())
        .matches(
            "of 335 rows since 2026-01-12 it is right on 6\\d\\.\\d % ± \\d\\.\\d: labels drifted"
                + " \\(\\d\\.\\d\\d\\), 3\\d\\.\\d % are unknown to it; right in 6\\d\\.\\d %,"
                + " in [89]\\d\\.\\d % when it was trained");
    assertThat(said()).contains("drifted   " + live + ": " + drifted.detail());
    assertThat(steps)
        .filteredOn(step -> "drift".equals(step.gate()))
        .containsExactly(
            new VersionStep(
                live, "live", "drift", VersionStep.Verdict.FAILED, Map.of(), drifted.detail()));
  }

  @Test
  void steadyLabelsDoNot() throws Exception {
    happens(SmallBot.visits(200, 600), 600);

    notDrifted("of 335 rows since 2026-01-12 it is right on ");
    assertThat(said()).doesNotContain("labels drifted");
  }

  /** Hardly anybody asks about invoices, and it is as often right as before. */
  @Test
  void theLabelsOfASeasonDoNot() throws Exception {
    List<String> visits = SmallBot.visits(200, 600);
    List<String> season = new ArrayList<>();
    for (int i = 0; i < visits.size(); i += 2) {
      if (!visits.get(i + 1).contains("invoice") || i % 16 == 0) {
        season.addAll(visits.subList(i, i + 2));
      }
    }
    happens(season, 600);

    notDrifted(": labels drifted (");
  }

  @Test
  void ofTooFewRowsNothingIsSaid() throws Exception {
    happens(renamed(SmallBot.visits(200, 240)), 240);

    notDrifted("too early to say: fewer than 50 labelled rows since 2026-01-09");
  }

  @Test
  void featuresThatDriftedStartTheLoopBeforeLabelsAreLookedAt() throws Exception {
    happens(SmallBot.visits(200, 400), 400);
    figures.drift = "[{\"name\":\"said\",\"level\":\"DRIFTED\"}]";
    figures.prediction = "{\"name\":\"@prediction\",\"level\":\"DRIFTED\"}";

    assertThat(retraining().runIfDrifted(request(true), Progress.SILENT)).isFalse();

    assertThat(actions()).containsExactly("rollout_drifted", "export", "rollout_trained");
    assertThat(acts.getFirst().detail()).isEqualTo("said, @prediction");
  }

  /** A live version may have taken down the service that tells of drift. */
  @Test
  void whatIsUnderWayGoesOnWithoutALookAtDrift() throws Exception {
    happens(SmallBot.visits(200, 400), 400);
    var unused = retraining().run(request(true), Progress.SILENT);
    String version = registry.versions().getLast().version();
    registry.promote(version);
    registry.note(new RolloutProgress(version, RolloutProgress.Step.LIVE, now.toEpochMilli()));
    acts.clear();
    figures.drift = "no JSON";

    assertThat(retraining().runIfDrifted(request(false), Progress.SILENT)).isTrue();

    assertThat(actions()).containsExactly("rollout_done");
  }

  private void happens(List<String> events, int until) {
    happening.add(events);
    now = SmallBot.START.plus(Duration.ofHours(until));
  }

  private static List<String> renamed(List<String> visits) {
    return visits.stream()
        .map(line -> line.replace("\"category\":\"delivery\"", "\"category\":\"parcels\""))
        .toList();
  }

  private void notDrifted(String said) throws Exception {
    assertThat(retraining().runIfDrifted(request(false), Progress.SILENT)).isFalse();

    assertThat(actions()).containsExactly("export");
    assertThat(said())
        .contains("Labels of " + live + ": ", said, "Nothing has drifted; nothing to do.");
    assertThat(registry.versions()).hasSize(1);
  }

  private String said() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  /** The first process is killed while its version is the shadow. */
  @Test
  void anotherProcessGoesOnWhereOneWasKilled() throws Exception {
    happening.add(SmallBot.visits(200, 400));
    copyWhatHappened();
    Path steps = folder.resolve("steps");
    Process first = RetrainingProcess.start(registry, bot, past, figures.uri(), steps);
    String version;
    try {
      await()
          .atMost(LIMIT)
          .failFast("it ended", () -> !first.isAlive())
          .until(() -> registry.rollout().isPresent());
      version = registry.rollout().orElseThrow().version();
      assertThat(registry.lease("retrain")).as("one run at a time").isEmpty();
    } finally {
      first.destroyForcibly();
    }
    assertThat(first.waitFor(LIMIT)).isTrue();
    assertThat(Files.readAllLines(steps))
        .containsExactly("export", "rollout_trained", "rollout_shadow");
    assertThat(Files.readString(folder.resolve("models/live.json")))
        .contains("\"rollout\":{\"version\":\"%s\",\"step\":\"SHADOW\"".formatted(version));
    assertThat(registry.assignment().orElseThrow().shadow()).isEqualTo(version);

    Files.delete(steps);
    figures.shadowIsFine(version);
    Process second = RetrainingProcess.start(registry, bot, past, figures.uri(), steps);
    try {
      assertThat(second.waitFor(LIMIT)).isTrue();
    } finally {
      second.destroyForcibly();
    }

    assertThat(second.exitValue()).isZero();
    assertThat(Files.readAllLines(steps))
        .as("nothing is trained or begun anew")
        .containsExactly("export", "rollout_canary", "export", "rollout_live", "rollout_done");
    assertThat(registry.live().orElseThrow().version()).isEqualTo(version);
    assertThat(registry.versions()).hasSize(2);
    assertThat(registry.rollout()).isEmpty();
  }

  private void assertNobodyIsScoredByAnother() throws ModelException {
    Assignment now = registry.assignment().orElseThrow();
    assertThat(now.live().version()).isEqualTo(live);
    assertThat(now.canary()).isNull();
    assertThat(now.shadow()).isNull();
    assertThat(registry.rollout()).isEmpty();
  }

  private Retraining retraining() {
    AtomicLong time = new AtomicLong(now.toEpochMilli());
    InstantSource clock =
        () -> Instant.ofEpochMilli(time.addAndGet(Duration.ofSeconds(1).toMillis()));
    var out = new PrintStream(printed, true, StandardCharsets.UTF_8);
    return new Retraining(
        Playbook.load(bot),
        registry,
        new ServingView(figures.uri(), figures.uri(), "secret"),
        new StepLog(new Terminal(out, false, false, 80), this::record, clock),
        clock,
        Duration.ZERO);
  }

  private Retraining.Request request(boolean dryRun) {
    return request(past, this::copyWhatHappened, dryRun);
  }

  /** Adds the next events to the file, as an export adds what is new in Kafka. */
  private void copyWhatHappened() {
    try {
      List<String> all = new ArrayList<>(Files.exists(past) ? Files.readAllLines(past) : List.of());
      all.addAll(happening.isEmpty() ? List.of() : happening.remove());
      Files.write(past, all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param copy what an export does
   */
  static Retraining.Request request(Path past, Runnable copy, boolean dryRun) {
    return new Retraining.Request(
        new PastExport() {
          @Override
          public String place() {
            return past.toString();
          }

          @Override
          public void run() {
            copy.run();
          }
        },
        EventSource.of(past),
        TimeRange.ALL,
        ErasedUsers.none(),
        PersonLabels.none(),
        new LocalEncoders(null, 1),
        false,
        dryRun);
  }

  private void record(Act act, List<VersionStep> of) {
    acts.add(act);
    steps.addAll(of);
  }

  private List<String> actions() {
    return acts.stream().map(Act::action).toList();
  }
}

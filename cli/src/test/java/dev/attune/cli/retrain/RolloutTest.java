package dev.attune.cli.retrain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.GateVerdict;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.ModelRegistry.Assignment;
import dev.attune.core.scoring.RolloutProgress;
import dev.attune.core.scoring.RolloutProgress.Step;
import dev.attune.core.scoring.RolloutSpec;
import dev.attune.kafka.audit.Act;
import dev.attune.kafka.audit.VersionStep;
import dev.attune.local.infra.Checkout;
import dev.attune.local.terminal.Terminal;
import dev.attune.simulation.PastWorld;
import dev.attune.simulation.SimulationSpec;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import dev.attune.training.train.Trainer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A candidate becomes live by steps, and each gate keeps a bad one out. */
class RolloutTest {
  private static final Instant NOW = Instant.parse("2026-01-15T00:00:00Z");
  private static final RolloutSpec SPEC =
      new RolloutSpec(
          new RolloutSpec.Shadow(
              1_000, 0.2, 0.9, 0.5, 0.01, 0.1, Duration.ofMillis(10), Duration.ofDays(1)),
          new RolloutSpec.Canary(0.1, Duration.ofDays(1), Duration.ofDays(2), true),
          new RolloutSpec.SinceTraining(100, 0.02),
          new RolloutSpec.Failures(0.01, 100),
          Duration.ofHours(1));

  private static Playbook playbook;
  private static Path models;
  private static String live;
  private static String candidate;

  private final FiguresServer figures = new FiguresServer();
  private final List<Act> acts = new ArrayList<>();
  private final List<VersionStep> steps = new ArrayList<>();
  private ModelRegistry registry;
  private final Queue<ModelException> failures = new ArrayDeque<>();
  private Optional<GateVerdict> outcome = Optional.empty();

  /** Two versions that pass their gates, the first one live. */
  @BeforeAll
  static void train(@TempDir Path folder) throws Exception {
    Path support = Checkout.find().root().resolve("playbooks/support");
    playbook = Playbook.load(copy(support, folder.resolve("support")));
    Path past = folder.resolve("past.jsonl");
    PastWorld.write(SimulationSpec.load(support), 7, NOW, past);
    models = folder.resolve("models");
    live = trained(past, NOW);
    candidate = trained(past, NOW.plus(Duration.ofDays(1)));
  }

  private static Path copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
    Path training = to.resolve("training.yaml");
    String spec = Files.readString(training);
    // the two are alike, which is no reason to refuse the second here
    Files.writeString(training, spec.replace("gates:\n", "gates:\n  better_than_live: false\n"));
    return to;
  }

  private static String trained(Path past, Instant now) throws ModelException {
    return Trainer.train(
            new Trainer.Request(
                past, playbook, Long.MIN_VALUE, Long.MAX_VALUE, new ModelRegistry(models), now),
            Progress.SILENT)
        .version();
  }

  @BeforeEach
  void startWithTheFirst() throws Exception {
    registry = new ModelRegistry(models);
    registry.endRollout();
    if (!registry.live().orElseThrow().version().equals(live)) {
      registry.promote(live);
    }
    registry.endCanary();
    registry.endShadow();
    figures.shadowIsFine(candidate);
  }

  @AfterEach
  void stop() {
    figures.close();
  }

  @Test
  void whatIsGoodAtEachStepIsLiveInTheEnd() throws Exception {
    assertThat(rollout().begin(candidate)).isTrue();

    assertThat(liveVersion()).isEqualTo(candidate);
    assertThat(actions())
        .containsExactly("rollout_shadow", "rollout_canary", "rollout_live", "rollout_done");
    assertThat(acts).allSatisfy(act -> assertThat(act.subject()).isEqualTo("model:" + candidate));
    assertThat(acts.get(1).detail()).contains("1,000 predictions compared: 90.0 % alike");
    assertThat(said(candidate))
        .containsExactly(
            "shadow entered",
            "shadow passed",
            "canary entered",
            "canary passed",
            "live entered",
            "live passed");
    assertThat(steps.get(1).figures())
        .containsEntry("predictions", 1_000.0)
        .containsEntry("alike", 0.9);
    assertThat(steps.get(2).figures()).containsEntry("share", 0.1);
    assertThat(steps.get(3).figures())
        .containsEntry("users{arm=canary}", 50.0)
        .containsEntry("csat_difference_low", -0.2);
    assertThat(steps.getLast().figures().get("watched_seconds")).isGreaterThanOrEqualTo(3_600);
    assertThat(said(live)).containsExactly("live left");
    assertThat(registry.rollout()).isEmpty();
  }

  @Test
  void whatIsTooSlowStaysInTheShadow() throws Exception {
    figures.shadow(candidate, 800, 0, 0, 200);
    keptOutFor("too slow for 20.0 % of the rows", "rollout_shadow", "rollout_stopped");
  }

  @Test
  void whatTakesLongForARowStaysInTheShadow() throws Exception {
    figures.shadow(candidate, 1_000, 0, 0, 0, 10.2);
    keptOutFor("takes 10.2 ms for a row, at most 10", "rollout_shadow", "rollout_stopped");
  }

  @Test
  void whatIsWorseOnWhatHappenedSinceStaysInTheShadow() throws Exception {
    outcome =
        Optional.of(
            new GateVerdict(
                "since_training",
                Map.of("live_logloss_gain", -0.1),
                "of 100 rows since its training"));
    keptOutFor("of 100 rows since its training", "rollout_shadow", "rollout_stopped");
    assertThat(said(candidate))
        .containsExactly("shadow entered", "shadow since_training failed", "shadow failed");
    assertThat(steps.get(1).figures()).containsEntry("live_logloss_gain", -0.1);
    assertThat(steps.getLast().figures()).containsEntry("predictions", 1_000.0);
  }

  @Test
  void whatFailsOnRowsStaysInTheShadow() throws Exception {
    figures.shadow(candidate, 980, 0, 20, 0);
    keptOutFor("could not score 2.0 %", "rollout_shadow", "rollout_stopped");
  }

  @Test
  void whatSaysSomethingElseThanTheLiveVersionStaysInTheShadow() throws Exception {
    figures.shadow(candidate, 100, 900, 0, 0);
    keptOutFor("agrees with the live version on 10.0 %", "rollout_shadow", "rollout_stopped");
  }

  @Test
  void whatNamesOneLabelForNearlyEverybodyStaysInTheShadow() throws Exception {
    figures.labels =
        """
        {"account":{"serving":300,"shadow":350},"refund":{"serving":100,"shadow":601}}""";
    figures.shadow(candidate, 400, 600, 0, 0);
    keptOutFor(
        "it names refund for 60.1 % of the rows, the live version for 10.0 %: at most 50.0 % apart",
        "rollout_shadow", "rollout_stopped");
  }

  @Test
  void labelsThatAreNamedAboutAsOftenAreNoReason() throws Exception {
    figures.labels = "{\"refund\":{\"serving\":100,\"shadow\":600}}";
    figures.shadow(candidate, 400, 600, 0, 0);

    assertThat(rollout().begin(candidate)).isTrue();
  }

  @Test
  void withoutTrafficNothingIsSaidForIt() throws Exception {
    figures.shadow(candidate, 10, 0, 0, 0);
    keptOutFor("only 10 of 1,000 predictions", "rollout_shadow", "rollout_stopped");
  }

  @Test
  void whatHarmsAGuardrailIsNoLongerTheCanary() throws Exception {
    figures.status = "HARM";
    keptOutFor("so", "rollout_shadow", "rollout_canary", "rollout_stopped");
  }

  @Test
  void whatFailsOnRowsIsNoLongerTheCanary() throws Exception {
    figures.served(candidate, 1_000, 11);
    registry.canary(candidate, 0.1);
    registry.note(new RolloutProgress(candidate, Step.CANARY, NOW.toEpochMilli()));

    assertThat(rollout().goOn(registry.rollout().orElseThrow())).isFalse();

    assertThat(registry.assignment().orElseThrow().canary()).isNull();
    assertThat(liveVersion()).isEqualTo(live);
    assertThat(acts.getLast().detail())
        .contains("it failed on 1.1 % of 1,000 rows, at most 1.0 % is asked");
  }

  @Test
  void whatFailsOnRowsOnceItIsLiveIsRolledBack() throws Exception {
    registry.promote(candidate);
    registry.note(new RolloutProgress(candidate, Step.LIVE, NOW.toEpochMilli()));
    figures.served(candidate, 100, 2);

    assertThat(rollout().goOn(registry.rollout().orElseThrow())).isFalse();

    assertThat(liveVersion()).isEqualTo(live);
    assertThat(acts.getLast().outcome()).isEqualTo(Act.Outcome.REFUSED);
    assertThat(acts.getLast().detail()).contains("it failed on 2.0 % of 100 rows");
    assertThat(said(candidate)).containsExactly("live failed");
    assertThat(said(live)).containsExactly("live entered");
    assertThat(steps).allSatisfy(step -> assertThat(step.reason()).contains("of 100 rows"));
  }

  @Test
  void whatFailsOnceItIsLiveIsRolledBackFromUnderACanaryToo() throws Exception {
    registry.promote(candidate);
    registry.note(new RolloutProgress(candidate, Step.LIVE, NOW.toEpochMilli()));
    registry.canary(live, 0.1);
    figures.served(candidate, 100, 2);

    assertThat(rollout().goOn(registry.rollout().orElseThrow())).isFalse();

    assertThat(liveVersion()).isEqualTo(live);
    assertThat(registry.assignment().orElseThrow().canary()).isNull();
  }

  @Test
  void aFewRowsSayNothingAgainstIt() throws Exception {
    figures.served(candidate, 99, 50);

    assertThat(rollout().begin(candidate)).isTrue();
    assertThat(view().failure(candidate, new RolloutSpec.Failures(0.01, 99)))
        .contains("it failed on 50.5 % of 99 rows, at most 1.0 % is asked");
  }

  @Test
  void tooFewUsersAreNoVerdict() throws Exception {
    figures.status = "COLLECTING";
    keptOutFor("no verdict within 2 days", "rollout_shadow", "rollout_canary", "rollout_stopped");
  }

  @Test
  void whatDoesNotServeIsRolledBack() throws Exception {
    registry.promote(candidate);
    registry.note(new RolloutProgress(candidate, Step.LIVE, NOW.toEpochMilli()));
    figures.failures =
        "[{\"slot\":\"LIVE\",\"version\":\"%s\",\"reason\":\"its self-check failed\"}]"
            .formatted(candidate);

    assertThat(rollout().goOn(registry.rollout().orElseThrow())).isFalse();

    assertThat(liveVersion()).isEqualTo(live);
    assertThat(acts.getLast().detail()).contains("its self-check failed");
  }

  @Test
  void anotherRunGoesOnWhereOneWasKilled() throws Exception {
    registry.shadow(candidate);
    registry.note(new RolloutProgress(candidate, Step.SHADOW, NOW.toEpochMilli()));
    // the canary was set, and its note not written
    registry.canary(candidate, 0.1);

    assertThat(rollout().goOn(registry.rollout().orElseThrow())).isTrue();

    assertThat(actions()).containsExactly("rollout_live", "rollout_done");
    assertThat(liveVersion()).isEqualTo(candidate);
  }

  /** Its slot and its note: a run that is killed leaves both or neither. */
  @Test
  void aRolloutBeginsInOneStep() throws Exception {
    registry.note(new RolloutProgress("other", Step.SHADOW, 0));

    assertThatThrownBy(() -> rollout().begin(candidate))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("other");

    assertThat(registry.assignment().orElseThrow().shadow()).isNull();
  }

  @Test
  void whoeverEndsItByHandHasTheLastWord() throws Exception {
    registry.note(new RolloutProgress(candidate, Step.CANARY, NOW.toEpochMilli()));

    assertThat(rollout().goOn(registry.rollout().orElseThrow())).isFalse();

    assertThat(acts.getLast().detail()).contains("by hand");
    assertThat(said(candidate)).containsExactly("canary left");
    assertThat(liveVersion()).isEqualTo(live);
  }

  @Test
  void promotingAnotherVersionByHandEndsTheCanaryAndTheRollout() throws Exception {
    registry.canary(candidate, 0.1);
    registry.note(new RolloutProgress(candidate, Step.CANARY, NOW.toEpochMilli()));
    String other = comparedWith(live);
    registry.promote(other);

    assertThat(rollout().goOn(registry.rollout().orElseThrow())).isFalse();

    assertThat(acts.getLast().detail()).contains("by hand");
    assertThat(registry.assignment().orElseThrow().canary()).isNull();
    assertThat(liveVersion()).isEqualTo(other);
  }

  @Test
  void aCanaryThatWasSetByHandMeanwhileStays() throws Exception {
    registry.shadow(candidate);
    registry.note(new RolloutProgress(candidate, Step.SHADOW, NOW.toEpochMilli()));
    String other = comparedWith(live);
    registry.canary(other, 0.5);

    assertThat(rollout().goOn(registry.rollout().orElseThrow())).isFalse();

    assertThat(registry.assignment().orElseThrow().canary())
        .isEqualTo(new ModelRegistry.Canary(other, 0.5));
    assertThat(acts.getLast().detail()).contains(other + " was made the canary by hand");
    assertThat(said(candidate)).containsExactly("shadow left");
  }

  /** As a bucket that is away, or an export that is at work. */
  @Test
  void whatPassesByItselfEndsNothing() throws Exception {
    failures.add(new ModelException("away", new IOException("connection refused")));
    failures.add(new ModelException("busy", new IOException("Another export is writing")));

    assertThat(rollout(Duration.ofMinutes(1)).begin(candidate)).isTrue();

    assertThat(failures).isEmpty();
  }

  @Test
  void whatStaysAwayEndsTheRun() {
    for (int i = 0; i < 100; i++) {
      failures.add(new ModelException("away", new IOException("connection refused")));
    }

    assertThatThrownBy(() -> rollout().begin(candidate))
        .isInstanceOf(ModelException.class)
        .hasMessage("away");
    assertThat(failures).isNotEmpty();
  }

  @Test
  void whatDoesNotPassEndsTheRunAtOnce() {
    failures.add(new ModelException("The gates were lost."));

    assertThatThrownBy(() -> rollout().begin(candidate)).hasMessage("The gates were lost.");
  }

  /** Else it would replace a version that it was never compared with, or wait for ever. */
  @Test
  void whatWasComparedWithAnotherThanTheLiveVersionEnds() throws Exception {
    String compared = comparedWith("an earlier one");
    registry.shadow(compared);
    registry.note(new RolloutProgress(compared, Step.SHADOW, NOW.toEpochMilli()));
    figures.shadowIsFine(compared);

    assertThat(rollout().goOn(registry.rollout().orElseThrow())).isFalse();

    assertThat(actions()).containsExactly("rollout_stopped");
    assertThat(acts.getLast().detail()).contains("it was compared with an earlier one");
    assertThat(registry.rollout()).isEmpty();
    assertThat(registry.assignment().orElseThrow().shadow()).isNull();
  }

  private String comparedWith(String other) throws Exception {
    String version = "compared-" + registry.versions().size();
    Path staged = registry.stage();
    try (Stream<Path> files = Files.list(registry.published(candidate))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(file, staged.resolve(file.getFileName()));
      }
    }
    ModelManifest was = BundleFiles.manifest(staged);
    BundleFiles.seal(staged, was.toBuilder(version).comparedWith(other).build());
    registry.publish(staged, version);
    return version;
  }

  @Test
  void whatHasASlotByHandIsNotPushedOut() throws Exception {
    rollout().mustBeFree();
    registry.shadow(candidate);
    assertThatThrownBy(() -> rollout().mustBeFree())
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("models shadow --end");
    registry.canary(candidate, 0.1);
    assertThatThrownBy(() -> rollout().mustBeFree())
        .isInstanceOf(UserFault.class)
        .hasMessageContaining("models canary --end");
  }

  @Test
  void onlyWhatSurelyMovedCountsAsDrift() throws Exception {
    assertThat(view().drifted()).isEmpty();
    figures.drift =
        """
        [{"name":"a","level":"DRIFTED"},{"name":"b","level":"TOO_EARLY"},{"name":"c","level":"MOVED"}]""";
    assertThat(view().drifted()).containsExactly("a");
    figures.prediction = "{\"name\":\"@prediction\",\"level\":\"DRIFTED\"}";
    figures.confidence = "{\"name\":\"@confidence\",\"level\":\"MOVED\"}";
    assertThat(view().drifted()).containsExactly("a", "@prediction");
    figures.confidence = "{\"name\":\"@confidence\",\"level\":\"DRIFTED\"}";
    assertThat(view().drifted()).containsExactly("a", "@prediction", "@confidence");
  }

  @Test
  void whatNoServiceTellsOfIsRolledBack() throws Exception {
    registry.promote(candidate);
    registry.note(new RolloutProgress(candidate, Step.LIVE, NOW.toEpochMilli()));
    figures.close();

    assertThat(rollout().goOn(registry.rollout().orElseThrow())).isFalse();

    assertThat(liveVersion()).isEqualTo(live);
    assertThat(actions()).containsExactly("rollout_stopped");
    assertThat(acts.getLast().detail())
        .isEqualTo("inference-service has not answered for 40 minutes");
    assertThat(registry.rollout()).isEmpty();
  }

  @Test
  void aServiceThatStartsAnewIsWaitedFor() throws Exception {
    registry.promote(candidate);
    registry.note(new RolloutProgress(candidate, Step.LIVE, NOW.toEpochMilli()));
    figures.unanswered.set(3);

    assertThat(rollout(Duration.ofMinutes(1)).goOn(registry.rollout().orElseThrow())).isTrue();

    assertThat(figures.unanswered).hasValue(0);
    assertThat(liveVersion()).isEqualTo(candidate);
  }

  @Test
  void aShadowThatNoServiceTellsOfEndsWithItsTime() throws Exception {
    figures.close();
    keptOutFor(
        "inference-service has not answered for 24 hours", "rollout_shadow", "rollout_stopped");
  }

  /** A run that goes on after its time waits for an answer all the same. */
  @Test
  void aCanaryThatNoServiceTellsOfEndsWithItsTime() throws Exception {
    registry.canary(candidate, 0.1);
    long longAgo = NOW.minus(SPEC.canary().within()).toEpochMilli();
    registry.note(new RolloutProgress(candidate, Step.CANARY, longAgo));
    figures.close();

    assertThat(rollout(Duration.ofMinutes(1)).goOn(registry.rollout().orElseThrow())).isFalse();

    assertThat(liveVersion()).isEqualTo(live);
    assertThat(registry.assignment().orElseThrow().canary()).isNull();
    assertThat(acts.getLast().detail())
        .isEqualTo("inference-service or response-api has not answered for 10 minutes");
  }

  @Test
  void twoVersionsAreNotOnTheWayAtOnce() throws Exception {
    registry.note(new RolloutProgress(candidate, Step.SHADOW, NOW.toEpochMilli()));
    assertThatThrownBy(() -> registry.note(new RolloutProgress("other", Step.SHADOW, 0)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(candidate);
  }

  private void keptOutFor(String reason, String... actions) throws Exception {
    assertThat(rollout().begin(candidate)).isFalse();

    assertThat(actions()).containsExactly(actions);
    assertThat(acts.getLast().outcome()).isEqualTo(Act.Outcome.REFUSED);
    assertThat(acts.getLast().detail()).contains(reason);
    Assignment after = registry.assignment().orElseThrow();
    assertThat(after.live().version()).isEqualTo(live);
    assertThat(after.canary()).isNull();
    assertThat(after.shadow()).isNull();
    assertThat(registry.rollout()).isEmpty();
  }

  private Optional<GateVerdict> verdict() throws ModelException {
    ModelException failure = failures.poll();
    if (failure != null) {
      throw failure;
    }
    return outcome;
  }

  private Rollout rollout() {
    return rollout(Duration.ofMinutes(20));
  }

  /**
   * @param look how much later it is at each look at the clock
   */
  private Rollout rollout(Duration look) {
    AtomicLong time = new AtomicLong(NOW.toEpochMilli());
    InstantSource clock = () -> Instant.ofEpochMilli(time.addAndGet(look.toMillis()));
    var nobody = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    return new Rollout(
        registry,
        SPEC,
        playbook.experiments(),
        view(),
        version -> verdict(),
        new StepLog(new Terminal(nobody, false, false, 80), this::record, clock),
        clock,
        Duration.ZERO);
  }

  private ServingView view() {
    return new ServingView(figures.uri(), figures.uri(), "secret");
  }

  private void record(Act act, List<VersionStep> of) {
    acts.add(act);
    steps.addAll(of);
  }

  /** What became of a version, in order. */
  private List<String> said(String version) {
    return steps.stream()
        .filter(step -> step.version().equals(version))
        .map(
            step ->
                Stream.of(step.step(), step.gate(), step.verdict().name().toLowerCase(Locale.ROOT))
                    .filter(Objects::nonNull)
                    .collect(Collectors.joining(" ")))
        .toList();
  }

  private List<String> actions() {
    return acts.stream().map(Act::action).toList();
  }

  private String liveVersion() throws ModelException {
    return registry.live().orElseThrow().version();
  }
}

package dev.attune.cli.retrain;

import dev.attune.core.experiment.CanaryComparison;
import dev.attune.core.experiment.Experiments;
import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.GateVerdict;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.ModelRegistry.Assignment;
import dev.attune.core.scoring.ModelRegistry.Canary;
import dev.attune.core.scoring.RolloutProgress;
import dev.attune.core.scoring.RolloutProgress.Step;
import dev.attune.core.scoring.RolloutSpec;
import dev.attune.kafka.audit.AuditException;
import dev.attune.kafka.audit.VersionStep;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes a candidate from the shadow over a canary to everybody, as the figures allow. Where it is
 * can be read in the registry, so that the next run continues where one was killed. Each step is
 * recorded before it is made. Whoever changes by hand who scores whom ends the rollout.
 */
final class Rollout {
  private final ModelRegistry registry;
  private final RolloutSpec spec;
  private final Experiments experiments;
  private final ServingView serving;
  private final Outcomes outcomes;
  private final StepLog log;
  private final InstantSource clock;
  private final Duration betweenLooks;
  private final AnswerTimeout timeout;

  /** Since when a look has failed; null: it has not. */
  private @Nullable Instant awaySince;

  /**
   * Where it stands after a look.
   *
   * @param live whether it is live in the end, once that is known
   */
  private record Look(RolloutProgress at, @Nullable Boolean live) {}

  Rollout(
      ModelRegistry registry,
      RolloutSpec spec,
      Experiments experiments,
      ServingView serving,
      Outcomes outcomes,
      StepLog log,
      InstantSource clock,
      Duration betweenLooks) {
    this.registry = registry;
    this.spec = spec;
    this.experiments = experiments;
    this.serving = serving;
    this.outcomes = outcomes;
    this.log = log;
    this.clock = clock;
    this.betweenLooks = betweenLooks;
    this.timeout = new AnswerTimeout(spec);
  }

  /**
   * Checks that no version was given a slot by hand, which a rollout would take away.
   *
   * @throws UserFault when one was
   */
  void mustBeFree() throws ModelException {
    Assignment now = registry.assignment().orElse(null);
    if (now != null && now.canary() != null) {
      throw new UserFault(
          "Version %s is the canary already: ./attune models canary --end, then retrain."
              .formatted(now.canary().version()));
    }
    if (now != null && now.shadow() != null) {
      throw new UserFault(
          "Version %s is the shadow already: ./attune models shadow --end, then retrain."
              .formatted(now.shadow()));
    }
  }

  /**
   * Begins with a candidate. Returns whether it is live in the end.
   *
   * @throws AuditException when a step can't be recorded: then it is not made
   */
  boolean begin(String version) throws ModelException, AuditException, InterruptedException {
    String why = "its gates are passed";
    log.step("shadow", version, why, List.of(entered(version, Step.SHADOW, Map.of(), why)));
    var begun = new RolloutProgress(version, Step.SHADOW, clock.millis());
    registry.shadow(begun);
    return goOn(begun);
  }

  /** Goes on with what another run began. */
  boolean goOn(RolloutProgress begun) throws ModelException, AuditException, InterruptedException {
    var look = new Look(begun, null);
    while (look.live() == null) {
      look = patiently(look.at());
    }
    return look.live();
  }

  /** A bucket or Kafka that is away for a while, or an export that is at work, ends no rollout. */
  private Look patiently(RolloutProgress at)
      throws ModelException, AuditException, InterruptedException {
    try {
      Look look = look(at);
      awaySince = null;
      return look;
    } catch (ModelException | AuditException e) {
      Instant now = clock.instant();
      Instant since = awaySince == null ? now : awaySince;
      awaySince = since;
      boolean mayPass = e instanceof AuditException || e.getCause() instanceof IOException;
      if (!mayPass || since.plus(AnswerTimeout.PATIENCE).isBefore(now)) {
        throw e;
      }
      log.waiting(at.step(), String.valueOf(e.getMessage()));
      Thread.sleep(betweenLooks);
      return new Look(at, null);
    }
  }

  private Look look(RolloutProgress before)
      throws ModelException, AuditException, InterruptedException {
    RolloutProgress at = before;
    Optional<Step> place = place(at.version());
    if (place.isEmpty()) {
      return new Look(at, stopped(at, "somebody changed by hand who scores whom"));
    }
    if (place.get() != at.step()) {
      // a run was killed between a step and its note
      at = noted(at.version(), place.get());
    }
    Verdict verdict = verdict(at);
    return switch (verdict.kind()) {
      case WAIT -> {
        log.waiting(at.step(), verdict.says());
        Thread.sleep(betweenLooks);
        yield new Look(at, null);
      }
      case STOP -> new Look(at, taken(at, verdict.says(), failed(at, verdict)));
      case GO_ON -> at.step() == Step.LIVE ? new Look(at, done(at, verdict)) : goneOn(at, verdict);
    };
  }

  /** To the next step, unless what came since the training, or somebody's hand, is against it. */
  private Look goneOn(RolloutProgress at, Verdict verdict) throws ModelException, AuditException {
    Optional<GateVerdict> since = outcomes.verdict(at.version());
    List<VersionStep> said = said(at, verdict, since);
    Optional<String> failure = since.flatMap(GateVerdict::whyNot);
    if (failure.isPresent()) {
      return new Look(at, taken(at, failure.get(), said));
    }
    Assignment now = registry.assignment().orElse(null);
    Canary other = now == null ? null : now.canary();
    if (at.step() == Step.SHADOW && other != null) {
      return new Look(at, stopped(at, other.version() + " was made the canary by hand"));
    }
    return new Look(next(at, verdict.says(), said), null);
  }

  private RolloutProgress noted(String version, Step step) throws ModelException {
    var rollout = new RolloutProgress(version, step, clock.millis());
    registry.note(rollout);
    return rollout;
  }

  private RolloutProgress next(RolloutProgress at, String why, List<VersionStep> said)
      throws ModelException, AuditException {
    String version = at.version();
    List<VersionStep> steps = new ArrayList<>(said);
    if (at.step() == Step.SHADOW) {
      double share = spec.canary().share();
      steps.add(entered(version, Step.CANARY, Map.of("share", share), why));
      log.step("canary", version, why, steps);
      registry.passed(version, Step.SHADOW);
      registry.canary(version, share);
      registry.endShadow();
      return noted(version, Step.CANARY);
    }
    steps.add(entered(version, Step.LIVE, Map.of(), why));
    registry
        .live()
        .ifPresent(before -> steps.add(left(before.version(), version + " is live instead")));
    log.step("live", version, why, steps);
    registry.passed(version, Step.CANARY);
    registry.promote(version);
    return noted(version, Step.LIVE);
  }

  /** Where the version is; empty: in no slot. */
  private Optional<Step> place(String version) throws ModelException {
    Assignment now = registry.assignment().orElse(null);
    if (now == null) {
      return Optional.empty();
    }
    if (now.live().version().equals(version)) {
      return Optional.of(Step.LIVE);
    }
    if (now.canary() != null && now.canary().version().equals(version)) {
      return Optional.of(Step.CANARY);
    }
    return version.equals(now.shadow()) ? Optional.of(Step.SHADOW) : Optional.empty();
  }

  private Verdict verdict(RolloutProgress at) throws ModelException {
    if (at.step() != Step.LIVE) {
      List<String> failures =
          registry.gates().failures(BundleFiles.manifest(registry.published(at.version())));
      if (!failures.isEmpty()) {
        return Verdict.stop(String.join("; ", failures));
      }
    }
    Instant now = clock.instant();
    Duration since = Duration.between(Instant.ofEpochMilli(at.since()), now);
    try {
      Verdict told = told(at, since);
      timeout.ended();
      return told;
    } catch (IOException e) {
      return timeout.verdict(at.step(), since, now, e);
    }
  }

  private Verdict told(RolloutProgress at, Duration since) throws IOException {
    Optional<String> failure = serving.failure(at.version(), spec.failures());
    if (failure.isPresent()) {
      return Verdict.stop(failure.get());
    }
    return switch (at.step()) {
      case SHADOW -> serving.shadow(at.version()).verdict(spec.shadow(), since);
      case CANARY -> canary(at.version(), since);
      case LIVE ->
          since.compareTo(spec.watch()) < 0
              ? Verdict.waiting("it serves everybody and is watched")
              : Verdict.goOn("it has served everybody for " + FigureFormat.of(spec.watch()));
    };
  }

  private Verdict canary(String version, Duration since) throws IOException {
    boolean judged = !experiments.plan(CanaryComparison.id(version)).measured().isEmpty();
    return judged
        ? serving.canary(version).verdict(spec.canary(), since)
        : CanaryFigures.withoutGuardrails(spec.canary(), since);
  }

  private boolean done(RolloutProgress at, Verdict verdict) throws ModelException, AuditException {
    double watched = Duration.ofMillis(clock.millis() - at.since()).toSeconds();
    Verdict with = verdict.with(Map.of("watched_seconds", watched));
    log.step(
        "done", at.version(), verdict.says(), List.of(step(at, VersionStep.Verdict.PASSED, with)));
    registry.endRollout();
    return true;
  }

  /** Out of its slot. */
  private boolean taken(RolloutProgress at, String why, List<VersionStep> said)
      throws ModelException, AuditException {
    List<VersionStep> steps = new ArrayList<>(said);
    List<String> before = registry.gates().served();
    if (at.step() == Step.LIVE && !before.isEmpty()) {
      steps.add(entered(before.getLast(), Step.LIVE, Map.of(), at.version() + " failed: " + why));
    }
    log.step("stopped", at.version(), why, steps);
    switch (at.step()) {
      case SHADOW -> registry.endShadow();
      case CANARY -> registry.endCanary();
      case LIVE -> {
        // one that was set by hand meanwhile: a rollback would end it and nothing more
        registry.endCanary();
        String back = registry.rollback();
        log.line(back + " is live again.");
      }
    }
    registry.endRollout();
    return false;
  }

  private boolean stopped(RolloutProgress at, String why) throws ModelException, AuditException {
    var left = VersionStep.of(at.version(), at.step(), VersionStep.Verdict.LEFT, Map.of(), why);
    log.step("stopped", at.version(), why, List.of(left));
    registry.endRollout();
    return false;
  }

  /** What has come since the training says, and the step as a whole. */
  private static List<VersionStep> said(
      RolloutProgress at, Verdict verdict, Optional<GateVerdict> since) {
    List<VersionStep> said = new ArrayList<>();
    since.ifPresent(of -> said.add(VersionStep.of(at.version(), at.step(), of)));
    Optional<String> failure = since.flatMap(GateVerdict::whyNot);
    said.add(
        failure.isPresent()
            ? step(
                at, VersionStep.Verdict.FAILED, Verdict.stop(failure.get()).with(verdict.figures()))
            : step(at, VersionStep.Verdict.PASSED, verdict));
    return said;
  }

  private static List<VersionStep> failed(RolloutProgress at, Verdict verdict) {
    return List.of(step(at, VersionStep.Verdict.FAILED, verdict));
  }

  private static VersionStep step(RolloutProgress at, VersionStep.Verdict said, Verdict verdict) {
    return VersionStep.of(at.version(), at.step(), said, verdict.figures(), verdict.says());
  }

  private static VersionStep entered(
      String version, Step slot, Map<String, Double> figures, String why) {
    return VersionStep.of(version, slot, VersionStep.Verdict.ENTERED, figures, why);
  }

  private static VersionStep left(String version, String why) {
    return VersionStep.of(version, Step.LIVE, VersionStep.Verdict.LEFT, Map.of(), why);
  }
}

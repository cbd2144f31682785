package dev.attune.cli.retrain;

import dev.attune.core.experiment.CanaryComparison;
import dev.attune.core.experiment.Experiments;
import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.ModelRegistry.Assignment;
import dev.attune.core.scoring.RolloutProgress;
import dev.attune.core.scoring.RolloutProgress.Step;
import dev.attune.core.scoring.RolloutSpec;
import dev.attune.kafka.audit.AuditException;
import dev.attune.training.UserFault;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

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
  private final Silence silence;

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
    this.silence = new Silence(spec);
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
    log.step("shadow", version, "its gates are passed");
    var begun = new RolloutProgress(version, Step.SHADOW, clock.millis());
    registry.shadow(begun);
    return goOn(begun);
  }

  /** Goes on with what another run began. */
  boolean goOn(RolloutProgress begun) throws ModelException, AuditException, InterruptedException {
    RolloutProgress at = begun;
    while (true) {
      Optional<Step> place = place(at.version());
      if (place.isEmpty()) {
        return stopped(at.version(), "somebody changed by hand who scores whom");
      }
      if (place.get() != at.step()) {
        // a run was killed between a step and its note
        at = noted(at.version(), place.get());
      }
      Verdict verdict = verdict(at);
      switch (verdict.kind()) {
        case WAIT -> {
          log.waiting(at.step(), verdict.says());
          Thread.sleep(betweenLooks);
        }
        case STOP -> {
          return taken(at, verdict.says());
        }
        case GO_ON -> {
          if (at.step() == Step.LIVE) {
            log.step("done", at.version(), verdict.says());
            registry.endRollout();
            return true;
          }
          Optional<String> failure = outcomes.against(at.version());
          if (failure.isPresent()) {
            return taken(at, failure.get());
          }
          at = next(at, verdict.says());
        }
      }
    }
  }

  private RolloutProgress noted(String version, Step step) throws ModelException {
    var rollout = new RolloutProgress(version, step, clock.millis());
    registry.note(rollout);
    return rollout;
  }

  private RolloutProgress next(RolloutProgress at, String why)
      throws ModelException, AuditException {
    String version = at.version();
    if (at.step() == Step.SHADOW) {
      log.step("canary", version, why);
      registry.passed(version, Step.SHADOW);
      registry.canary(version, spec.canary().share());
      registry.endShadow();
      return noted(version, Step.CANARY);
    }
    log.step("live", version, why);
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
      silence.ended();
      return told;
    } catch (IOException e) {
      return silence.verdict(at.step(), since, now, e);
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

  /** Out of its slot. */
  private boolean taken(RolloutProgress at, String why) throws ModelException, AuditException {
    log.step("stopped", at.version(), why);
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

  private boolean stopped(String version, String why) throws ModelException, AuditException {
    log.step("stopped", version, why);
    registry.endRollout();
    return false;
  }
}

package dev.attune.cli.retrain;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.GateVerdict;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.RolloutProgress;
import dev.attune.core.scoring.RolloutProgress.Step;
import dev.attune.core.scoring.RolloutSpec;
import dev.attune.core.scoring.SentenceEncoders;
import dev.attune.core.user.ErasedUsers;
import dev.attune.kafka.audit.AuditException;
import dev.attune.kafka.audit.VersionStep;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import dev.attune.training.events.EventSource;
import dev.attune.training.events.TimeRange;
import dev.attune.training.labels.PersonLabels;
import dev.attune.training.train.LabelDrift;
import dev.attune.training.train.SinceTraining;
import dev.attune.training.train.Trainer;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The loop, once: what happened is exported, a version is trained from it, its gates are judged,
 * and a {@link Rollout} makes it live by steps. If a rollout is under way, it is continued instead.
 */
public final class Retraining {
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(2);

  private final Playbook playbook;
  private final ModelRegistry registry;
  private final ServingView serving;
  private final StepLog log;
  private final InstantSource clock;
  private final Duration betweenLooks;

  public Retraining(
      Playbook playbook,
      ModelRegistry registry,
      ServingView serving,
      StepLog log,
      InstantSource clock) {
    this(playbook, registry, serving, log, clock, BETWEEN_LOOKS);
  }

  Retraining(
      Playbook playbook,
      ModelRegistry registry,
      ServingView serving,
      StepLog log,
      InstantSource clock,
      Duration betweenLooks) {
    this.playbook = playbook;
    this.registry = registry;
    this.serving = serving;
    this.log = log;
    this.clock = clock;
    this.betweenLooks = betweenLooks;
  }

  /**
   * @param export copies all that happened
   * @param past where to
   * @param times what is learned from
   * @param people what they said of messages
   * @param encoders where a playbook's encoder is
   * @param quick minutes in place of days, and no check for leaks
   * @param dryRun ends before the shadow
   */
  public record Request(
      PastExport export,
      EventSource past,
      TimeRange times,
      ErasedUsers erased,
      PersonLabels people,
      SentenceEncoders encoders,
      boolean quick,
      boolean dryRun) {}

  /**
   * Returns whether the newest version is live in the end.
   *
   * @throws UserFault when nothing can be exported, there is too little to train from, or somebody
   *     gave a version the canary's or the shadow's slot by hand
   * @throws AuditException when a step can't be recorded: then it is not made
   */
  public boolean run(Request request, Progress progress)
      throws ModelException, AuditException, InterruptedException {
    RolloutSpec spec = playbook.training().rollout();
    var rollout =
        new Rollout(
            registry,
            request.quick ? spec.quick() : spec,
            playbook.experiments(),
            serving,
            version -> sinceTraining(version, request, progress),
            log,
            clock,
            betweenLooks);
    Optional<RolloutProgress> underWay = registry.rollout();
    if (underWay.isPresent() && !request.dryRun) {
      log.line("Continuing with version " + underWay.get().version() + ".");
      return rollout.goOn(underWay.get());
    }
    if (!request.dryRun) {
      rollout.mustBeFree();
    }
    Trainer.Result trained = train(request, progress);
    String version = trained.version();
    log.step("trained", version, trained.summary(), VersionStep.offline(version, trained.gates()));
    if (trained.whyFirst() != null) {
      return first(version, trained.whyFirst(), request.dryRun);
    }
    if (!trained.gateFailures().isEmpty()) {
      log.step("refused", version, String.join("; ", trained.gateFailures()), List.of());
      return false;
    }
    if (request.dryRun) {
      log.line("It passes its gates: ./attune models shadow " + version);
      return false;
    }
    return rollout.begin(version);
  }

  /**
   * The same, but only where the world moved away from what the live version was trained on, or a
   * rollout is under way.
   *
   * @throws IOException when inference-service does not tell
   */
  public boolean runIfDrifted(Request request, Progress progress)
      throws ModelException, AuditException, InterruptedException, IOException {
    if (registry.rollout().isEmpty() && !hasDrifted(request, progress)) {
      log.line("Nothing has drifted; nothing to do.");
      return false;
    }
    return run(request, progress);
  }

  /** Features can be asked about at any time; labels have to be exported first. */
  private boolean hasDrifted(Request request, Progress progress)
      throws ModelException, AuditException, IOException {
    Optional<ModelRegistry.Live> live = registry.live();
    if (live.isEmpty()) {
      log.line("No version is live.");
      return false;
    }
    String version = live.get().version();
    List<String> features = serving.drifted();
    if (!features.isEmpty()) {
      drifted(version, String.join(", ", features));
      return true;
    }
    export(request, progress);
    LabelDrift.Finding labels =
        LabelDrift.of(
            new LabelDrift.Request(
                request.past,
                playbook,
                bundle(version, request),
                clock.instant(),
                request.erased,
                request.people),
            progress);
    if (labels.isDrift()) {
      drifted(version, labels.says());
    } else {
      log.line("Labels of " + version + ": " + labels.says() + ".");
    }
    return labels.isDrift();
  }

  private void drifted(String version, String what) throws AuditException {
    var gate = new GateVerdict("drift", Map.of(), what);
    log.step("drifted", version, what, List.of(VersionStep.of(version, Step.LIVE, gate)));
  }

  private boolean first(String version, String why, boolean dryRun)
      throws ModelException, AuditException {
    if (dryRun) {
      log.line("It would be live, being this playbook's first.");
      return false;
    }
    var overridden =
        VersionStep.of(version, Step.LIVE, VersionStep.Verdict.OVERRIDDEN, Map.of(), why);
    log.step("live", version, why, List.of(overridden));
    registry.promoteDespiteGates(version);
    return true;
  }

  private Trainer.Result train(Request request, Progress progress)
      throws ModelException, AuditException {
    export(request, progress);
    return Trainer.candidate(
        new Trainer.Request(
            request.past,
            playbook,
            request.times.from(),
            request.times.to(),
            registry,
            clock.instant(),
            request.erased,
            request.people,
            request.encoders,
            !request.quick),
        progress);
  }

  private void export(Request request, Progress progress) throws AuditException {
    log.exporting(request.export.place());
    progress.phase("exporting", 0);
    request.export.run();
  }

  private Optional<GateVerdict> sinceTraining(String version, Request request, Progress progress)
      throws ModelException, AuditException {
    Optional<ModelRegistry.Live> live = registry.live();
    if (live.isEmpty() || live.get().version().equals(version)) {
      return Optional.empty();
    }
    export(request, progress);
    return SinceTraining.verdict(
        new SinceTraining.Request(
            request.past,
            playbook,
            bundle(version, request),
            bundle(live.get().version(), request),
            request.erased,
            request.people),
        progress);
  }

  private ModelBundle bundle(String version, Request request) throws ModelException {
    return ModelBundle.load(registry.published(version), request.encoders);
  }
}

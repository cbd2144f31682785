package dev.attune.cli.retrain;

import dev.attune.core.scoring.RolloutProgress.Step;
import dev.attune.kafka.audit.Act;
import dev.attune.kafka.audit.Actor;
import dev.attune.kafka.audit.AuditException;
import dev.attune.kafka.audit.AuditedSlots;
import dev.attune.kafka.audit.VersionStep;
import dev.attune.local.terminal.Terminal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;

/** Tells each step to whoever watches, and to the topics {@code audit} and {@code model-steps}. */
public final class StepLog {
  private static final long BETWEEN_LINES = Duration.ofSeconds(15).toMillis();

  private final Terminal screen;
  private final AuditedSlots.Records audit;
  private final InstantSource clock;
  private long lastLine;

  public StepLog(Terminal screen, AuditedSlots.Records audit, InstantSource clock) {
    this.screen = screen;
    this.audit = audit;
    this.clock = clock;
  }

  /**
   * @param name {@code drifted}, {@code trained}, {@code refused}, {@code shadow}, {@code canary},
   *     {@code live}, {@code done} or {@code stopped}
   * @param steps what it says of versions and does to them
   * @throws AuditException when it can't be recorded: then it must not be made
   */
  void step(String name, String version, String why, List<VersionStep> steps)
      throws AuditException {
    audit.record(
        new Act(
            Actor.RETRAINING,
            "rollout_" + name,
            name.equals("refused") || name.equals("stopped")
                ? Act.Outcome.REFUSED
                : Act.Outcome.ALLOWED,
            "model:" + version,
            why),
        steps);
    screen.line("%s  %s: %s", screen.bold("%-8s".formatted(name)), version, why);
    lastLine = clock.millis();
  }

  /**
   * Users' data are about to be copied out of Kafka.
   *
   * @param place where to
   * @throws AuditException when it can't be recorded: then it must not be done
   */
  void exporting(String place) throws AuditException {
    audit.record(Act.export(Actor.RETRAINING, "export", "everything into " + place), List.of());
  }

  /** Now and then. */
  void waiting(Step step, String what) {
    long now = clock.millis();
    if (now - lastLine >= BETWEEN_LINES) {
      lastLine = now;
      screen.line("          %s: %s", step.name().toLowerCase(Locale.ROOT), what);
    }
  }

  void line(String text) {
    screen.line(text);
  }
}

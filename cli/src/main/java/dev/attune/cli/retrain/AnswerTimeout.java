package dev.attune.cli.retrain;

import dev.attune.core.scoring.RolloutProgress.Step;
import dev.attune.core.scoring.RolloutSpec;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How long services have told nothing of a version. A live version that takes inference-service
 * down would else be waited for without end.
 */
final class AnswerTimeout {
  /** Longer than a service takes to start again and to load its models. */
  static final Duration PATIENCE = Duration.ofMinutes(10);

  private final RolloutSpec spec;
  private @Nullable Instant since;

  AnswerTimeout(RolloutSpec spec) {
    this.spec = spec;
  }

  /** They have told something. */
  void ended() {
    since = null;
  }

  /**
   * They have told nothing once more.
   *
   * @param inStep for how long the version has been in its step
   * @param reason what was got instead
   */
  Verdict verdict(Step step, Duration inStep, Instant now, IOException reason) {
    Instant first = since == null ? now : since;
    since = first;
    Duration silent = Duration.between(first, now);
    boolean isTooLong = silent.compareTo(PATIENCE) >= 0 && inStep.compareTo(within(step)) >= 0;
    String services = services(step);
    return isTooLong
        ? Verdict.stop(services + " has not answered for " + FigureFormat.of(silent))
        : Verdict.waiting(services + " does not tell: " + reason.getMessage());
  }

  /** Nobody sees a shadow, and a canary few; what is live and silent harms everybody. */
  private Duration within(Step step) {
    return switch (step) {
      case SHADOW -> spec.shadow().within();
      case CANARY -> spec.canary().within();
      case LIVE -> Duration.ZERO;
    };
  }

  private static String services(Step step) {
    return switch (step) {
      case SHADOW, LIVE -> "inference-service";
      case CANARY -> "inference-service or response-api";
    };
  }
}

package dev.attune.training.train;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.GateVerdict;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.RolloutSpec;
import dev.attune.core.user.ErasedUsers;
import dev.attune.training.Progress;
import dev.attune.training.events.EventSource;
import dev.attune.training.events.TimeRange;
import dev.attune.training.labels.PersonLabels;
import java.util.Optional;

/**
 * What a version and the live one would have said of events that happened after both were trained,
 * against what came of them. Here ends what a version has from a leak: the events that it was
 * trained and evaluated on may give the answer away, those of today don't.
 */
public final class SinceTraining {
  /** Enough for an interval, and little beside what training holds. */
  private static final int MOST_ROWS = 20_000;

  private SinceTraining() {}

  /**
   * @param events all that happened, since features count what was before
   * @param people what they said of messages
   */
  public record Request(
      EventSource events,
      Playbook playbook,
      ModelBundle candidate,
      ModelBundle live,
      ErasedUsers erased,
      PersonLabels people) {}

  /** Whether the candidate may score more users; empty: too little is known to say. */
  public static Optional<GateVerdict> verdict(Request request, Progress progress) {
    if (isElsewhere(request.candidate()) || isElsewhere(request.live())) {
      return Optional.empty();
    }
    var past =
        new Labeller.Past(
            request.playbook(),
            request.events(),
            TimeRange.ALL,
            request.erased(),
            request.people());
    RolloutSpec.SinceTraining asked = request.playbook().training().rollout().sinceTraining();
    return LiveComparison.of(
            request.candidate(),
            request.live(),
            Labeller.since(past, learnedTo(request) + 1, MOST_ROWS, progress),
            asked.rows())
        .map(comparison -> comparison.sinceTraining(asked.worse()));
  }

  private static long learnedTo(Request request) {
    return Math.max(
        LiveComparison.millis(request.candidate().manifest().data().to()),
        LiveComparison.millis(request.live().manifest().data().to()));
  }

  private static boolean isElsewhere(ModelBundle bundle) {
    return bundle.manifest().remote() != null;
  }
}

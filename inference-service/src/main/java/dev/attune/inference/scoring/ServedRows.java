package dev.attune.inference.scoring;

import dev.attune.inference.model.ModelSlots;
import dev.attune.inference.model.ServedModel;
import dev.attune.inference.scoring.ScoreResult.NotStored;
import dev.attune.inference.scoring.ScoreResult.Predicted;
import dev.attune.schemas.grpc.Outcome;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * How many rows each version was asked to score as live or canary on this instance, and on how many
 * it failed: it was away, or its answer was no probabilities. A row that it must refuse, of other
 * features than its own, is no failure. Counts begin when a version gets to serve and end when it
 * no longer does. Thread-safe.
 */
@Component
public final class ServedRows {
  private final Map<String, Count> counts = new ConcurrentHashMap<>();
  private volatile ModelSlots known = ModelSlots.EMPTY;

  private record Count(LongAdder rows, LongAdder failed) {
    Count() {
      this(new LongAdder(), new LongAdder());
    }
  }

  /** What one version did. */
  public record Rows(long rows, long failed) {
    static final Rows NONE = new Rows(0, 0);
  }

  public Rows of(String version) {
    Count count = counts.get(version);
    return count == null ? Rows.NONE : new Rows(count.rows.sum(), count.failed.sum());
  }

  /**
   * @param results one a task, as {@link Predictor} gave them
   */
  void add(ModelSlots slots, List<ScoreTask.Score> tasks, List<ScoreResult> results) {
    forgetOthers(slots);
    for (int i = 0; i < results.size(); i++) {
      ServedModel asked = slots.forUser(tasks.get(i).userId());
      if (asked != null && asked.misfit(tasks.get(i).row()) == null) {
        Count count = counts.computeIfAbsent(asked.version(), version -> new Count());
        count.rows.increment();
        if (isFailure(asked, results.get(i))) {
          count.failed.increment();
        }
      }
    }
  }

  /** Where a fallback answered, the version that was asked had failed. */
  private static boolean isFailure(ServedModel asked, ScoreResult result) {
    return switch (result) {
      case Predicted predicted ->
          predicted.isBlank() || !predicted.model().version().equals(asked.version());
      case NotStored notStored -> notStored.answer().outcome() == Outcome.UNAVAILABLE;
    };
  }

  private void forgetOthers(ModelSlots slots) {
    if (slots != known) {
      known = slots;
      counts
          .keySet()
          .retainAll(slots.loaded().stream().map(ServedModel::version).collect(Collectors.toSet()));
    }
  }
}

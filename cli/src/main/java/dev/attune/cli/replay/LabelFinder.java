package dev.attune.cli.replay;

import dev.attune.core.scoring.OpenRows;
import dev.attune.core.scoring.TrainingSpec.Label;
import dev.attune.training.events.FileEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The label of a user's events as the playbook's {@code training.yaml} declares it: what the first
 * label event after a row's event says, if it comes within the declared time.
 */
final class LabelFinder {
  private final Label label;

  LabelFinder(Label label) {
    this.label = label;
  }

  /**
   * A measured event.
   *
   * @param truth what the label event says later
   * @param last what the user's label event before said, the baseline's guess; null when there is
   *     none
   */
  record Row(String truth, @Nullable String last) {}

  /**
   * The rows among one user's events, which are in their order.
   *
   * @param newest when the last event of anybody was: a row whose time was over by then has a label
   *     whether or not this user came again
   */
  Map<FileEvent, Row> of(List<FileEvent> events, long newest) {
    Map<FileEvent, Row> rows = new HashMap<>();
    OpenRows<FileEvent> open = new OpenRows<>(label);
    for (FileEvent event : events) {
      open.next(event.event()).forEach(labelled -> add(labelled, rows));
      if (open.isMoment(event.event())) {
        open.add(event, event.occurredAt());
      }
    }
    open.expired(newest).forEach(labelled -> add(labelled, rows));
    return rows;
  }

  private static void add(OpenRows.Labelled<FileEvent> labelled, Map<FileEvent, Row> rows) {
    rows.put(labelled.row(), new Row(labelled.label(), labelled.previous()));
  }
}

package dev.attune.cli.replay;

import dev.attune.core.scoring.TrainingSpec.Label;
import dev.attune.training.events.FileEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
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

  /** The rows among one user's events, which are in their order. */
  Map<FileEvent, Row> of(List<FileEvent> events) {
    Map<FileEvent, Row> rows = new HashMap<>();
    List<FileEvent> open = new ArrayList<>();
    String last = null;
    for (FileEvent event : events) {
      String told = told(event);
      if (told != null) {
        for (FileEvent row : open) {
          long passed = event.occurredAt() - row.occurredAt();
          if (passed >= 0 && passed <= label.within().toMillis()) {
            rows.put(row, new Row(told, last));
          }
        }
        open.clear();
        last = told;
      }
      if (label.moments().contains(event.event().getType())) {
        open.add(event);
      }
    }
    return rows;
  }

  private @Nullable String told(FileEvent event) {
    if (!event.event().getType().equals(label.event())) {
      return null;
    }
    Schema.Field detail = event.event().getSchema().getField(label.event());
    if (detail == null || !(event.event().get(detail.pos()) instanceof IndexedRecord record)) {
      return null;
    }
    Schema.Field field = record.getSchema().getField(label.field());
    Object value = field == null ? null : record.get(field.pos());
    return value == null || value.toString().isBlank() ? null : value.toString();
  }
}

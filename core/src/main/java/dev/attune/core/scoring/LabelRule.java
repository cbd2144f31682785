package dev.attune.core.scoring;

import dev.attune.core.feature.EventSelector;
import dev.attune.schemas.avro.InteractionEvent;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/** Which later event of the same user tells a row's label, and what it says. */
public sealed interface LabelRule {
  /** What the event says; null when it tells no label. */
  @Nullable String told(InteractionEvent event);

  /** The label of a row that nothing told one in time; null: it is left out. */
  default @Nullable String untold() {
    return null;
  }

  /** The rule in the words of the file. */
  String text();

  /** The value of a field, of the next event of a type that has one: what comes next. */
  record NextValue(String event, String field) implements LabelRule {
    @Override
    public @Nullable String told(InteractionEvent told) {
      if (!told.getType().equals(event)) {
        return null;
      }
      Schema.Field record = told.getSchema().getField(event);
      if (record != null && told.get(record.pos()) instanceof IndexedRecord detail) {
        Schema.Field value = detail.getSchema().getField(field);
        Object found = value == null ? null : detail.get(value.pos());
        return found == null || found.toString().isBlank() ? null : found.toString();
      }
      return null;
    }

    /** Lets an event that tells a label tell another one. */
    public void tell(InteractionEvent telling, String label) {
      IndexedRecord detail = (IndexedRecord) telling.get(telling.getSchema().getField(event).pos());
      detail.put(detail.getSchema().getField(field).pos(), label);
    }

    @Override
    public String text() {
      return event + "." + field;
    }
  }

  /**
   * One of two labels: whether an event comes, or which of two comes first.
   *
   * @param no null: a row is this label when no {@code yes} came in time
   * @param text of {@code yes}
   */
  record YesOrNo(
      EventSelector yes, @Nullable EventSelector no, String yesName, String noName, String text)
      implements LabelRule {
    @Override
    public @Nullable String told(InteractionEvent event) {
      if (yes.accepts(event)) {
        return yesName;
      }
      return no != null && no.accepts(event) ? noName : null;
    }

    @Override
    public @Nullable String untold() {
      return no == null ? noName : null;
    }
  }
}

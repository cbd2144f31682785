package dev.attune.gateway.privacy;

import dev.attune.core.privacy.Masking;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * A text field of an event by its path, such as {@code locale} or {@code message_sent.text}. The
 * ids of event, user and session are none: what is counted and kept hangs on them. Nor is what has
 * to be one of a few words.
 *
 * @param parent the position of the record that has it, −1 for the event itself
 */
record MaskedField(String path, int parent, int field) {
  private static final Set<String> LEFT_ALONE =
      Set.of("eventId", "type", "userId", "sessionId", "channel", "feedback.kind");

  static boolean known(String path) {
    return names().contains(path);
  }

  static List<String> names() {
    return all().stream().map(MaskedField::path).toList();
  }

  /** Those of the paths, all for none. */
  static List<MaskedField> of(List<String> paths) {
    return all().stream().filter(f -> paths.isEmpty() || paths.contains(f.path())).toList();
  }

  void mask(InteractionEvent event, Masking masking) {
    SpecificRecordBase record = parent < 0 ? event : record(event);
    if (record != null && record.get(field) instanceof String text) {
      String masked = masking.text(text);
      if (!masked.equals(text)) {
        record.put(field, masked);
      }
    }
  }

  private @Nullable SpecificRecordBase record(InteractionEvent event) {
    return event.get(parent) instanceof SpecificRecordBase record ? record : null;
  }

  private static List<MaskedField> all() {
    List<MaskedField> all = new ArrayList<>();
    add(InteractionEvent.getClassSchema(), -1, "", all);
    for (Schema.Field detail : InteractionEvent.getClassSchema().getFields()) {
      Schema record = nonNull(detail.schema());
      if (record.getType() == Schema.Type.RECORD) {
        add(record, detail.pos(), detail.name() + ".", all);
      }
    }
    return all;
  }

  private static void add(Schema record, int parent, String prefix, List<MaskedField> all) {
    for (Schema.Field field : record.getFields()) {
      String path = prefix + field.name();
      if (nonNull(field.schema()).getType() == Schema.Type.STRING && !LEFT_ALONE.contains(path)) {
        all.add(new MaskedField(path, parent, field.pos()));
      }
    }
  }

  private static Schema nonNull(Schema schema) {
    return schema.isUnion() ? schema.getTypes().get(1) : schema;
  }
}

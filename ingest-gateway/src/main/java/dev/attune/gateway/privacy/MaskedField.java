package dev.attune.gateway.privacy;

import dev.attune.schemas.avro.InteractionEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * A text field of an event by its path, such as {@code locale} or {@code message_sent.text}. The
 * ids of event, user and session are none: what is counted and kept hangs on them. What has to be
 * one of a few words is one in a refused event only, where it may be anything.
 *
 * @param parent the position of the record that has it, −1 for the event itself
 */
record MaskedField(String path, int parent, int field) {
  private static final Set<String> IDS = Set.of("eventId", "userId", "sessionId");
  private static final Set<String> WORDS = Set.of("type", "channel", "feedback.kind");

  static boolean known(String path) {
    return names().contains(path);
  }

  static List<String> names() {
    return of(List.of()).stream().map(MaskedField::path).toList();
  }

  /** Of a valid event those of the paths, all for none. */
  static List<MaskedField> of(List<String> paths) {
    return ofRefused().stream()
        .filter(f -> !WORDS.contains(f.path()))
        .filter(f -> paths.isEmpty() || paths.contains(f.path()))
        .toList();
  }

  /** Of a refused event. */
  static List<MaskedField> ofRefused() {
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

  void replace(InteractionEvent event, UnaryOperator<String> by) {
    SpecificRecordBase record = parent < 0 ? event : record(event);
    if (record != null && record.get(field) instanceof String text) {
      String other = by.apply(text);
      if (!other.equals(text)) {
        record.put(field, other);
      }
    }
  }

  private @Nullable SpecificRecordBase record(InteractionEvent event) {
    return event.get(parent) instanceof SpecificRecordBase record ? record : null;
  }

  private static void add(Schema record, int parent, String prefix, List<MaskedField> all) {
    for (Schema.Field field : record.getFields()) {
      String path = prefix + field.name();
      if (nonNull(field.schema()).getType() == Schema.Type.STRING && !IDS.contains(path)) {
        all.add(new MaskedField(path, parent, field.pos()));
      }
    }
  }

  private static Schema nonNull(Schema schema) {
    return schema.isUnion() ? schema.getTypes().get(1) : schema;
  }
}

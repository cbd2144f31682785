package dev.attune.gateway.privacy;

import dev.attune.schemas.avro.InteractionEvent;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecordBase;

/** A text field of a detail record, by its path such as {@code message_sent.text}. */
record MaskedField(String path, int detail, int field) {
  static boolean known(String path) {
    return names().contains(path);
  }

  static List<String> names() {
    return all().stream().map(MaskedField::path).toList();
  }

  static List<MaskedField> of(List<String> paths) {
    return all().stream().filter(f -> paths.contains(f.path())).toList();
  }

  void mask(InteractionEvent event, Masking masking) {
    if (event.get(detail) instanceof SpecificRecordBase record
        && record.get(field) instanceof String text) {
      record.put(field, masking.text(text));
    }
  }

  private static List<MaskedField> all() {
    List<MaskedField> all = new ArrayList<>();
    for (Schema.Field detail : InteractionEvent.getClassSchema().getFields()) {
      Schema record = nonNull(detail.schema());
      if (record.getType() == Schema.Type.RECORD) {
        for (Schema.Field field : record.getFields()) {
          if (nonNull(field.schema()).getType() == Schema.Type.STRING) {
            all.add(new MaskedField(detail.name() + "." + field.name(), detail.pos(), field.pos()));
          }
        }
      }
    }
    return all;
  }

  private static Schema nonNull(Schema schema) {
    return schema.isUnion() ? schema.getTypes().get(1) : schema;
  }
}

package dev.attune.warehouse.parquet;

import dev.attune.warehouse.table.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.Schema;

/**
 * A table's columns as DuckDB names their types: the fields of the topic's Avro schema, then where
 * in Kafka the record was. A record becomes a STRUCT, a map a MAP, an array a list. A long whose
 * name ends in {@code At} is a time, of milliseconds in Avro and TIMESTAMP WITH TIME ZONE (UTC) in
 * Parquet.
 */
final class AvroColumns {
  /** Raised when the topic was created anew, see {@code ATTUNE_EPOCH}. */
  static final String EPOCH = "kafkaEpoch";

  static final String PARTITION = "kafkaPartition";
  static final String OFFSET = "kafkaOffset";

  /**
   * A column.
   *
   * @param type in the JSON lines that it is read from
   * @param isTime whether it is milliseconds there and a time in Parquet
   */
  record Column(String name, String type, boolean isTime) {
    String quoted() {
      return '"' + name + '"';
    }
  }

  private AvroColumns() {}

  static List<Column> of(Table table) {
    List<Column> columns = new ArrayList<>();
    for (Schema.Field field : table.schema().getFields()) {
      String type = type(field.schema());
      boolean time = type.equals("BIGINT") && field.name().endsWith("At");
      columns.add(new Column(field.name(), type, time));
    }
    columns.add(new Column(EPOCH, "INTEGER", false));
    columns.add(new Column(PARTITION, "INTEGER", false));
    columns.add(new Column(OFFSET, "BIGINT", false));
    return columns;
  }

  private static String type(Schema schema) {
    return switch (schema.getType()) {
      case STRING, ENUM -> "VARCHAR";
      case LONG -> "BIGINT";
      case INT -> "INTEGER";
      case DOUBLE -> "DOUBLE";
      case FLOAT -> "FLOAT";
      case BOOLEAN -> "BOOLEAN";
      case MAP -> "MAP(VARCHAR, " + type(schema.getValueType()) + ")";
      case ARRAY -> type(schema.getElementType()) + "[]";
      case UNION -> type(AvroJson.withoutNull(schema));
      case RECORD ->
          schema.getFields().stream()
              .map(field -> '"' + field.name() + "\" " + type(field.schema()))
              .collect(Collectors.joining(", ", "STRUCT(", ")"));
      case BYTES, FIXED, NULL ->
          throw new IllegalArgumentException(schema + " has no column type here");
    };
  }
}

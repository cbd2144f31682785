package dev.attune.warehouse.parquet;

import static java.util.stream.Collectors.joining;

import dev.attune.warehouse.table.Table;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.json.JsonMapper;

/** Reads a table's files back as the records that they were. */
public final class ParquetReader {
  /** A feature that has no value is NaN, for which JSON has no word. */
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private ParquetReader() {}

  /**
   * Hands over the records of a time, oldest first, and of one time in the order of Kafka.
   *
   * @param files of the table; none gives nothing
   * @param from epoch milliseconds of the table's time, included
   * @param to epoch milliseconds, not included
   * @param spill a folder for sorting what memory doesn't hold
   */
  public static void read(
      Table table,
      List<Path> files,
      long from,
      long to,
      Path spill,
      Consumer<SpecificRecord> each) {
    if (files.isEmpty()) {
      return;
    }
    try (DuckDb database = new DuckDb(spill)) {
      database.query(
          sql(table, files, from, to),
          row ->
              each.accept(
                  table
                      .type()
                      .cast(AvroJson.read(JSON.readTree(row.getString(1)), table.schema()))));
    }
  }

  private static String sql(Table table, List<Path> files, long from, long to) {
    String names = files.stream().map(file -> DuckDb.text(file.toString())).collect(joining(", "));
    String times =
        AvroColumns.of(table).stream()
            .filter(AvroColumns.Column::isTime)
            .map(column -> "epoch_ms(%s) AS %s".formatted(column.quoted(), column.quoted()))
            .collect(joining(", "));
    return """
        SELECT to_json(rows)::VARCHAR FROM (
          SELECT * REPLACE (%s)
          FROM read_parquet([%s], union_by_name = true, hive_partitioning = false)
        ) AS rows
        WHERE "%s" >= %d AND "%s" < %d
        ORDER BY "%s", "%s", "%s", "%s"
        """
        .formatted(
            times,
            names,
            table.time(),
            from,
            table.time(),
            to,
            table.time(),
            AvroColumns.EPOCH,
            AvroColumns.PARTITION,
            AvroColumns.OFFSET);
  }
}

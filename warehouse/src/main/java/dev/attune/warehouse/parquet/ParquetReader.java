package dev.attune.warehouse.parquet;

import static java.util.stream.Collectors.joining;

import dev.attune.schemas.Position;
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
          sql(table, files, from, to), row -> each.accept(record(table, row.getString(1))));
    }
  }

  /** A row with where it was in Kafka. */
  public interface Placed {
    void take(Position position, SpecificRecord row);
  }

  /**
   * Hands over a partition's records of one epoch, in the order of Kafka.
   *
   * @param files of that partition; none gives nothing
   * @param from the first offset, included
   * @param to an offset, not included
   */
  public static void readPartition(
      Table table, List<Path> files, Position from, long to, Path spill, Placed each) {
    if (files.isEmpty()) {
      return;
    }
    String sql =
        "SELECT to_json(rows)::VARCHAR, \"%s\" FROM (%s) AS rows WHERE \"%s\" = %s AND \"%s\" >= %s AND \"%s\" < %s ORDER BY \"%s\""
            .formatted(
                AvroColumns.OFFSET,
                rows(table, files),
                AvroColumns.EPOCH,
                from.epoch(),
                AvroColumns.OFFSET,
                from.offset(),
                AvroColumns.OFFSET,
                to,
                AvroColumns.OFFSET);
    try (DuckDb database = new DuckDb(spill)) {
      database.query(
          sql,
          row ->
              each.take(
                  new Position(from.epoch(), from.partition(), row.getLong(2)),
                  record(table, row.getString(1))));
    }
  }

  /** How many rows have another epoch. */
  public static long ofOtherEpochs(List<Path> files, int epoch, Path spill) {
    if (files.isEmpty()) {
      return 0;
    }
    long[] count = new long[1];
    try (DuckDb database = new DuckDb(spill)) {
      database.query(
          "SELECT count(*) FROM %s WHERE \"%s\" <> %s"
              .formatted(parquet(files), AvroColumns.EPOCH, epoch),
          row -> count[0] = row.getLong(1));
    }
    return count[0];
  }

  private static SpecificRecord record(Table table, String json) {
    return table.type().cast(AvroJson.read(JSON.readTree(json), table.schema()));
  }

  private static String sql(Table table, List<Path> files, long from, long to) {
    return """
        SELECT to_json(rows)::VARCHAR FROM (%s) AS rows
        WHERE "%s" >= %s AND "%s" < %s
        ORDER BY "%s", "%s", "%s", "%s"
        """
        .formatted(
            rows(table, files),
            table.time(),
            from,
            table.time(),
            to,
            table.time(),
            AvroColumns.EPOCH,
            AvroColumns.PARTITION,
            AvroColumns.OFFSET);
  }

  /** With times as milliseconds. */
  private static String rows(Table table, List<Path> files) {
    String times =
        AvroColumns.of(table).stream()
            .filter(AvroColumns.Column::isTime)
            .map(column -> "epoch_ms(%s) AS %s".formatted(column.quoted(), column.quoted()))
            .collect(joining(", "));
    return "SELECT * REPLACE (%s) FROM %s".formatted(times, parquet(files));
  }

  private static String parquet(List<Path> files) {
    String names = files.stream().map(file -> DuckDb.text(file.toString())).collect(joining(", "));
    return "read_parquet([%s], union_by_name = true, hive_partitioning = false)".formatted(names);
  }
}

package dev.attune.warehouse.parquet;

import static java.util.stream.Collectors.joining;

import dev.attune.schemas.Position;
import dev.attune.warehouse.table.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes Parquet files: of those that are there and of JSON lines that come to them. A key stays
 * once; rows are ordered by time. Used by one thread.
 */
public final class ParquetWriter implements AutoCloseable {
  private final DuckDb database;
  private final Path folder;

  /**
   * @param folder for files that are being made; the caller deletes it
   */
  public ParquetWriter(Path folder) {
    this.folder = folder;
    this.database = new DuckDb(folder);
  }

  /**
   * A file of the rows of an older file and of new ones.
   *
   * @param older null when there is none; a column that it lacks is null in its rows
   * @param lines as {@link LineWriter} wrote them
   */
  public Path merged(Table table, @Nullable Path older, Path lines) throws IOException {
    String rows = select(table, lines);
    if (older != null) {
      rows = "SELECT * FROM %s UNION ALL BY NAME (%s)".formatted(parquet(older), rows);
    }
    return write(table, onceByKey(table, rows));
  }

  /**
   * A row, as far as an erasure looks at it.
   *
   * @param latest when its newest part was known, epoch milliseconds
   */
  public record RowOrigin(String userId, Position position, long latest) {}

  /** A file without some rows; empty when it has none of them. */
  public Optional<Path> without(Table table, Path older, Predicate<RowOrigin> erased)
      throws IOException {
    List<String> gone = new ArrayList<>();
    database.query(
        "SELECT userId, \"%s\", \"%s\", \"%s\", epoch_ms(\"%s\") FROM %s"
            .formatted(
                AvroColumns.EPOCH,
                AvroColumns.PARTITION,
                AvroColumns.OFFSET,
                table.latest(),
                parquet(older)),
        row -> {
          Position position = new Position(row.getInt(2), row.getInt(3), row.getLong(4));
          if (erased.test(new RowOrigin(row.getString(1), position, row.getLong(5)))) {
            gone.add("(%s, %s)".formatted(position.epoch(), position.offset()));
          }
        });
    if (gone.isEmpty()) {
      return Optional.empty();
    }
    database.execute("CREATE OR REPLACE TEMP TABLE gone (epoch INTEGER, position BIGINT)");
    database.execute("INSERT INTO gone VALUES " + String.join(", ", gone));
    return Optional.of(
        write(
            table,
            "SELECT * FROM %s WHERE (\"%s\", \"%s\") NOT IN (SELECT (epoch, position) FROM gone)"
                .formatted(parquet(older), AvroColumns.EPOCH, AvroColumns.OFFSET)));
  }

  public long rows(Path file) {
    long[] count = new long[1];
    database.query("SELECT count(*) FROM " + parquet(file), row -> count[0] = row.getLong(1));
    return count[0];
  }

  private static String select(Table table, Path lines) {
    String types =
        AvroColumns.of(table).stream()
            .map(column -> column.quoted() + ": " + DuckDb.text(column.type()))
            .collect(joining(", ", "{", "}"));
    String columns =
        AvroColumns.of(table).stream()
            .map(
                column ->
                    column.isTime()
                        ? "make_timestamptz(%s * 1000) AS %s"
                            .formatted(column.quoted(), column.quoted())
                        : column.quoted())
            .collect(joining(", "));
    return "SELECT %s FROM read_json(%s, format = 'newline_delimited', columns = %s)"
        .formatted(columns, DuckDb.text(lines.toString()), types);
  }

  /**
   * The newest telling of a key where tellings differ, else the first record that Kafka had under
   * the newest epoch: a record that a restore wrote again is looked for where it is now.
   */
  private static String onceByKey(Table table, String rows) {
    String key = table.key().stream().map(name -> '"' + name + '"').collect(joining(", "));
    String revision = table.revision() == null ? "" : '"' + table.revision() + "\" DESC, ";
    return "SELECT * FROM (%s) QUALIFY row_number() OVER (PARTITION BY %s ORDER BY %s\"%s\" DESC, \"%s\") = 1"
        .formatted(rows, key, revision, AvroColumns.EPOCH, AvroColumns.OFFSET);
  }

  private Path write(Table table, String rows) throws IOException {
    Path file = Files.createTempFile(folder, "day-", ".parquet");
    database.execute(
        "COPY (%s ORDER BY \"%s\", \"%s\", \"%s\") TO %s (FORMAT parquet, COMPRESSION zstd)"
            .formatted(
                "SELECT * FROM (" + rows + ")",
                table.time(),
                AvroColumns.EPOCH,
                AvroColumns.OFFSET,
                DuckDb.text(file.toString())));
    return file;
  }

  static String parquet(Path file) {
    return "read_parquet(" + DuckDb.text(file.toString()) + ", hive_partitioning = false)";
  }

  @Override
  public void close() {
    database.close();
  }
}

package dev.attune.warehouse.export;

import dev.attune.schemas.Position;
import dev.attune.warehouse.parquet.LineWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.generic.IndexedRecord;

/** A partition's new records on disk, by the day of their file; memory holds none of them. */
final class DaySpool implements AutoCloseable {
  private final Path folder;
  private final Map<LocalDate, LineWriter> days = new TreeMap<>();

  DaySpool(Path folder) {
    this.folder = folder;
  }

  void add(long time, IndexedRecord record, Position position) {
    LocalDate day = LocalDate.ofInstant(Instant.ofEpochMilli(time), ZoneOffset.UTC);
    days.computeIfAbsent(day, this::open).add(record, position);
  }

  private LineWriter open(LocalDate day) {
    try {
      return new LineWriter(folder.resolve("new-" + day + ".ndjson"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The days with their records, all written out. */
  Map<LocalDate, LineWriter> finished() {
    close();
    return days;
  }

  @Override
  public void close() {
    days.values().forEach(LineWriter::close);
  }
}

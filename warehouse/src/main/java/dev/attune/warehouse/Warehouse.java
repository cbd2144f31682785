package dev.attune.warehouse;

import dev.attune.core.files.Folders;
import dev.attune.warehouse.files.WarehouseFiles;
import dev.attune.warehouse.parquet.ParquetReader;
import dev.attune.warehouse.table.DayFile;
import dev.attune.warehouse.table.Table;
import dev.attune.warehouse.table.WarehouseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.avro.specific.SpecificRecord;

/** The past, to be read. */
public final class Warehouse {
  private final WarehouseFiles files;

  public Warehouse(WarehouseFiles files) {
    this.files = files;
  }

  /**
   * Hands over the records of a time, oldest first, in constant memory.
   *
   * @param from epoch milliseconds of {@link Table#time()}, included
   * @param to epoch milliseconds, not included
   * @throws WarehouseException when the files can't be read
   */
  public void read(Table table, long from, long to, Consumer<SpecificRecord> each) {
    try {
      Path scratch = Files.createTempDirectory("attune-warehouse-");
      try {
        List<Path> wanted = new ArrayList<>();
        for (DayFile file : files.list(table)) {
          Path path = isWithin(file.day(), from, to) ? files.fetch(file, scratch) : null;
          if (path != null) {
            wanted.add(path);
          }
        }
        ParquetReader.read(table, wanted, from, to, scratch, each);
      } finally {
        Folders.delete(scratch);
      }
    } catch (IOException e) {
      throw new WarehouseException(String.valueOf(e.getMessage()), e);
    }
  }

  private static boolean isWithin(LocalDate day, long from, long to) {
    long start = day.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    long end = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli();
    return end > from && start < to;
  }
}

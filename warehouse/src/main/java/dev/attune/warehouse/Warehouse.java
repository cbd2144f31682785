package dev.attune.warehouse;

import dev.attune.core.files.ScratchFolder;
import dev.attune.schemas.Position;
import dev.attune.warehouse.files.WarehouseFiles;
import dev.attune.warehouse.parquet.ParquetReader;
import dev.attune.warehouse.table.DayFile;
import dev.attune.warehouse.table.Table;
import dev.attune.warehouse.table.WarehouseException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
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
    withFiles(
        table,
        file -> isWithin(file.day(), from, to),
        (found, scratch) -> ParquetReader.read(table, found, from, to, scratch, each));
  }

  /**
   * Hands over the records that one partition of the topic had, in the order of Kafka and in
   * constant memory.
   *
   * @param from the epoch, the partition and the first offset
   * @param to an offset, not included
   * @return how many of the partition's rows were passed over because they are of another epoch
   * @throws WarehouseException when the files can't be read
   */
  public long readPartition(Table table, Position from, long to, ParquetReader.Placed each) {
    long[] others = new long[1];
    withFiles(
        table,
        file -> file.partition() == from.partition(),
        (found, scratch) -> {
          ParquetReader.readPartition(table, found, from, to, scratch, each);
          others[0] = ParquetReader.ofOtherEpochs(found, from.epoch(), scratch);
        });
    return others[0];
  }

  /** The days, in UTC, between the first and the last one that a table has no file of. */
  public List<LocalDate> missingDays(Table table) {
    try {
      SortedSet<LocalDate> days = new TreeSet<>();
      files.list(table).forEach(file -> days.add(file.day()));
      return days.isEmpty()
          ? List.of()
          : days.first().datesUntil(days.last()).filter(day -> !days.contains(day)).toList();
    } catch (IOException e) {
      throw new WarehouseException(String.valueOf(e.getMessage()), e);
    }
  }

  private void withFiles(
      Table table, Predicate<DayFile> wanted, BiConsumer<List<Path>, Path> reading) {
    try (ScratchFolder scratch = ScratchFolder.make("attune-warehouse-")) {
      List<Path> found = new ArrayList<>();
      for (DayFile file : files.list(table)) {
        Path path = wanted.test(file) ? files.fetch(file, scratch.path()) : null;
        if (path != null) {
          found.add(path);
        }
      }
      reading.accept(found, scratch.path());
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

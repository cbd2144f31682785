package dev.attune.warehouse.files;

import dev.attune.modelstore.S3Place;
import dev.attune.warehouse.table.DayFile;
import dev.attune.warehouse.table.Table;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a warehouse's files are. A file is replaced as a whole, so a reader never sees half of one.
 * One run writes at a time.
 */
public interface WarehouseFiles {
  /** A folder, or {@code s3://bucket/prefix}. */
  static WarehouseFiles at(String place, @Nullable URI endpoint) {
    return S3Place.is(place) ? S3Files.of(place, endpoint) : new FolderFiles(Path.of(place));
  }

  /** For people. */
  String place();

  /** A table's files, oldest day first. */
  List<DayFile> list(Table table) throws IOException;

  /**
   * The file itself or a copy, to be read only; null when there is none.
   *
   * @param copies a folder of the caller, for a copy
   */
  @Nullable Path fetch(DayFile file, Path copies) throws IOException;

  /** Puts a finished local file in its place; the local one is used up. */
  void replace(DayFile file, Path finished) throws IOException;

  void delete(DayFile file) throws IOException;

  /** What the last run left for the next one; null before the first. */
  byte @Nullable [] state() throws IOException;

  void replaceState(byte[] state) throws IOException;

  /**
   * Keeps other runs out until it is closed. A run that loses it to another one, because it stood
   * still for long, can't write any more.
   *
   * @throws IOException when another run is writing
   */
  Lock lock() throws IOException;

  /** Held while a run writes. */
  interface Lock extends AutoCloseable {
    @Override
    void close() throws IOException;
  }
}

package dev.attune.cli.backup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of records, made again without those of erased users. */
final class ErasingCopy {
  private final Path file;
  private final BackupTopic topic;
  private final int partition;
  private final ErasedRecords erased;
  private long records;
  private long kept;

  ErasingCopy(Path file, BackupTopic topic, int partition, ErasedRecords erased) {
    this.file = file;
    this.topic = topic;
    this.partition = partition;
    this.erased = erased;
  }

  /** Puts it in the file's place, if anything was left out. */
  void replace() throws IOException {
    RecordFile.read(file, this::count);
    if (kept == 0) {
      Files.delete(file);
    } else if (kept < records) {
      write();
    }
  }

  private void count(StoredRecord record) {
    records++;
    if (!erased.excludes(topic, partition, record)) {
      kept++;
    }
  }

  private void write() throws IOException {
    try (RecordFile.Writer copy = new RecordFile.Writer(file)) {
      RecordFile.read(
          file,
          record -> {
            if (!erased.excludes(topic, partition, record)) {
              add(copy, record);
            }
          });
      copy.finish();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static void add(RecordFile.Writer copy, StoredRecord record) {
    try {
      copy.add(record);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

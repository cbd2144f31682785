package dev.attune.console.overview;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The samples of the last 24 hours, one a minute, in memory and, where a file is given, on disk.
 *
 * <p>The file is a ring of 1,440 slots of 72 bytes, so it never has more than 104 KB. The sample of
 * minute m is in slot m mod 1,440: epoch seconds, the seven values, and a CRC-32 of both. A slot
 * that was half written when the process died does not match its checksum and is passed over, as is
 * one that is older than a day. Thread-safe.
 */
final class HistoryRing implements AutoCloseable {
  static final int SLOTS = 24 * 60;
  static final int STEP_SECONDS = 60;

  private static final int VALUES = Sample.FIELDS.size();
  private static final int CHECKED = Long.BYTES * (1 + VALUES);
  static final int SLOT_BYTES = CHECKED + Long.BYTES;

  private final @Nullable Sample[] slots = new @Nullable Sample[SLOTS];
  private final @Nullable FileChannel file;

  private HistoryRing(@Nullable FileChannel file) {
    this.file = file;
  }

  /** One that ends with the process. */
  static HistoryRing inMemory() {
    return new HistoryRing(null);
  }

  /**
   * One that goes on where another process ended.
   *
   * @throws UncheckedIOException when the file can't be written, or another process writes it
   */
  static HistoryRing in(Path path) {
    try {
      Path folder = path.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      FileChannel file =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (!isOurs(file)) {
        file.close();
        throw new IOException(path + " is written by another console");
      }
      var ring = new HistoryRing(file);
      ring.load(file);
      return ring;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "attune.console.history.file: %s can't be used: %s".formatted(path, e.getMessage()), e);
    }
  }

  private static boolean isOurs(FileChannel file) throws IOException {
    try {
      return file.tryLock() != null;
    } catch (OverlappingFileLockException sameProcess) {
      return false;
    }
  }

  private void load(FileChannel file) throws IOException {
    ByteBuffer all = ByteBuffer.allocate(SLOTS * SLOT_BYTES);
    while (all.hasRemaining() && file.read(all, all.position()) > 0) {}
    all.flip();
    for (int slot = 0; slot < SLOTS && all.remaining() >= SLOT_BYTES; slot++) {
      Sample sample = read(all);
      if (sample != null && slotOf(sample) == slot) {
        slots[slot] = sample;
      }
    }
  }

  /** Null: never written, or not to its end. */
  private static @Nullable Sample read(ByteBuffer from) {
    long sum = checksum(from.slice(from.position(), CHECKED));
    long at = from.getLong();
    double[] values = new double[VALUES];
    for (int i = 0; i < VALUES; i++) {
      values[i] = from.getDouble();
    }
    return from.getLong() == sum && at > 0 ? Sample.of(at, values) : null;
  }

  private static long checksum(ByteBuffer bytes) {
    var crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }

  private static int slotOf(Sample sample) {
    return (int) (sample.atSeconds() / STEP_SECONDS % SLOTS);
  }

  /**
   * Keeps a sample in the place of the one of a day before.
   *
   * @throws UncheckedIOException when it can't be written; then it is in memory only
   */
  synchronized void add(Sample sample) {
    int slot = slotOf(sample);
    slots[slot] = sample;
    if (file == null) {
      return;
    }
    ByteBuffer bytes = ByteBuffer.allocate(SLOT_BYTES).putLong(sample.atSeconds());
    Sample.FIELDS.forEach(field -> bytes.putDouble(field.value().applyAsDouble(sample)));
    bytes.putLong(checksum(bytes.slice(0, CHECKED))).flip();
    try {
      long place = (long) slot * SLOT_BYTES;
      while (bytes.hasRemaining()) {
        place += file.write(bytes, place);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those after a time, oldest first. */
  synchronized List<Sample> since(long epochSeconds) {
    List<Sample> found = new ArrayList<>();
    for (Sample sample : slots) {
      if (sample != null && sample.atSeconds() > epochSeconds) {
        found.add(sample);
      }
    }
    found.sort((a, b) -> Long.compare(a.atSeconds(), b.atSeconds()));
    return found;
  }

  @Override
  public synchronized void close() {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

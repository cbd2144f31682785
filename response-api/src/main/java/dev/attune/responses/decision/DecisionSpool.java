package dev.attune.responses.decision;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.attune.schemas.avro.Decision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.springframework.stereotype.Component;

/**
 * What was shown and is not in the topic yet, in a file of this process, which {@link
 * OrphanedDecisions} of the next start reads after kill -9. The file is mapped: to write is to copy
 * memory, and the kernel keeps it whatever becomes of the process. Nothing is forced to the disk: a
 * machine that loses power may lose what was shown in the last half minute.
 *
 * <pre>
 * file     length of the schema, the schema as JSON, blocks
 * block    length of the record that begins here or 0, its CRC-32C, next block or -1, bytes
 * </pre>
 *
 * <p>A record's length is written last and taken away first, so that there is all of it or none.
 * The block that was freed last is taken first: little memory is touched while Kafka answers.
 * Thread-safe.
 */
@Component
final class DecisionSpool implements AutoCloseable {
  static final int BLOCK = 1024;
  static final int CHECKSUM = Integer.BYTES;
  static final int NEXT = 2 * Integer.BYTES;
  static final int HEAD = 3 * Integer.BYTES;
  static final int ROOM = BLOCK - HEAD;
  static final int NONE = -1;

  private static final String SUFFIX = ".decisions";

  /** Kafka takes none that is larger. */
  private static final int LARGEST = 1 << 20;

  private final Path path;
  private final FileChannel channel;
  private final MemorySegment file;
  private final long begin;
  private final int[] free;
  private int frees;

  DecisionSpool(DecisionSettings settings) {
    byte[] schema = Decision.getClassSchema().toString().getBytes(StandardCharsets.UTF_8);
    this.path = settings.spool().resolve(UUID.randomUUID() + SUFFIX);
    this.begin = Integer.BYTES + schema.length;
    this.frees = (int) (settings.spoolSize().toBytes() / BLOCK);
    this.free = IntStream.iterate(frees - 1, block -> block - 1).limit(frees).toArray();
    try {
      Files.createDirectories(settings.spool());
      this.channel = create(path);
      this.file = map(begin + (long) frees * BLOCK);
    } catch (IOException e) {
      throw new UncheckedIOException("no room for decisions in " + settings.spool(), e);
    }
    MemorySegment.copy(schema, 0, file, JAVA_BYTE, Integer.BYTES, schema.length);
    file.set(JAVA_INT_UNALIGNED, 0, schema.length);
  }

  /** Its lock tells others that somebody writes here. */
  private static FileChannel create(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    var unused = channel.lock();
    return channel;
  }

  /** Written first: a disk that is full must tell so now, not when memory is written. */
  private MemorySegment map(long size) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocate(1 << 16);
    try {
      for (long left = size; left > 0; ) {
        left -= channel.write(zeros.clear().limit((int) Math.min(left, zeros.capacity())));
      }
      return channel.map(MapMode.READ_WRITE, 0, size, Arena.ofAuto());
    } catch (IOException e) {
      Files.delete(path);
      throw e;
    }
  }

  /** Whether the largest decision can be kept. */
  synchronized boolean hasRoom() {
    return frees > LARGEST / ROOM;
  }

  /** Keeps a record; answers where it begins, or {@link #NONE} when there is no room. */
  synchronized int add(byte[] record) {
    int blocks = (record.length + ROOM - 1) / ROOM;
    if (blocks > frees) {
      return NONE;
    }
    int first = NONE;
    for (int from = (blocks - 1) * ROOM; from >= 0; from -= ROOM) {
      int block = free[--frees];
      int length = Math.min(ROOM, record.length - from);
      MemorySegment.copy(record, from, file, JAVA_BYTE, at(block) + HEAD, length);
      file.set(JAVA_INT_UNALIGNED, at(block) + NEXT, first);
      first = block;
    }
    file.set(JAVA_INT_UNALIGNED, at(first) + CHECKSUM, checksum(record));
    VarHandle.releaseFence(); // whoever finds the length finds the rest
    file.set(JAVA_INT_UNALIGNED, at(first), record.length);
    return first;
  }

  /** Wipes a record that is in the topic. */
  synchronized void remove(int first) {
    for (int block = first; block != NONE; ) {
      int next = file.get(JAVA_INT_UNALIGNED, at(block) + NEXT);
      file.set(JAVA_INT_UNALIGNED, at(block), 0);
      VarHandle.releaseFence();
      file.asSlice(at(block), BLOCK).fill((byte) 0);
      free[frees++] = block;
      block = next;
    }
  }

  private long at(int block) {
    return begin + (long) block * BLOCK;
  }

  static int checksum(byte[] record) {
    var crc = new CRC32C();
    crc.update(record);
    return (int) crc.getValue();
  }

  /** Files of other processes. Not this one's: to open it once more would end its lock. */
  List<Path> others() throws IOException {
    try (Stream<Path> files = Files.list(path.getParent())) {
      return files
          .filter(file -> file.toString().endsWith(SUFFIX) && !file.equals(path))
          .sorted()
          .toList();
    }
  }

  /** Leaves the file to the next start only when something waits. */
  @Override
  public synchronized void close() throws IOException {
    if (frees == free.length) {
      Files.delete(path);
    }
    channel.close();
  }
}

package dev.attune.responses.decision;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;

import dev.attune.kafka.registry.WireFormat;
import dev.attune.schemas.avro.Decision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;

/** The file of a {@link DecisionSpool} whose process ended; locked until it is deleted. */
final class OrphanedSpool implements AutoCloseable {
  private static final byte[] NONE = {};

  private final Path path;
  private final FileChannel channel;

  private OrphanedSpool(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /** Empty when its process lives, or is just about to lock it. */
  static Optional<OrphanedSpool> take(Path path) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    if (channel.tryLock() == null || channel.size() == 0) {
      channel.close();
      return Optional.empty();
    }
    return Optional.of(new OrphanedSpool(path, channel));
  }

  /** What waits in it: nothing when its process did not come to writing. */
  List<Decision> decisions() throws IOException {
    MemorySegment file = channel.map(MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
    int length = file.get(JAVA_INT_UNALIGNED, 0);
    List<Decision> decisions = new ArrayList<>();
    if (length > 0) {
      byte[] schema = file.asSlice(Integer.BYTES, length).toArray(JAVA_BYTE);
      var reader =
          new SpecificDatumReader<Decision>(
              new Schema.Parser().parse(new String(schema, StandardCharsets.UTF_8)),
              Decision.getClassSchema());
      MemorySegment blocks = file.asSlice(Integer.BYTES + length);
      for (long at = 0; at < blocks.byteSize(); at += DecisionSpool.BLOCK) {
        byte[] record = record(blocks, at);
        if (record.length > 0) {
          decisions.add(reader.read(null, body(record)));
        }
      }
    }
    return decisions;
  }

  /** The one that begins there; empty when none does, or a loss of power left a part of it. */
  private static byte[] record(MemorySegment blocks, long first) {
    int length = blocks.get(JAVA_INT_UNALIGNED, first);
    if (length <= 0 || length > blocks.byteSize()) {
      return NONE;
    }
    byte[] record = new byte[length];
    long at = first;
    for (int to = 0; to < length; to += DecisionSpool.ROOM) {
      if (at < 0 || at >= blocks.byteSize()) {
        return NONE;
      }
      int part = Math.min(DecisionSpool.ROOM, length - to);
      MemorySegment.copy(blocks, JAVA_BYTE, at + DecisionSpool.HEAD, record, to, part);
      at = (long) blocks.get(JAVA_INT_UNALIGNED, at + DecisionSpool.NEXT) * DecisionSpool.BLOCK;
    }
    int checksum = blocks.get(JAVA_INT_UNALIGNED, first + DecisionSpool.CHECKSUM);
    return DecisionSpool.checksum(record) == checksum ? record : NONE;
  }

  private static BinaryDecoder body(byte[] record) {
    int length = record.length - WireFormat.HEADER_BYTES;
    return DecoderFactory.get().binaryDecoder(record, WireFormat.HEADER_BYTES, length, null);
  }

  /** Nothing of it is needed any more. */
  void delete() {
    try (channel) {
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}

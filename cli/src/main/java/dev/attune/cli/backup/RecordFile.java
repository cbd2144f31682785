package dev.attune.cli.backup;

import dev.attune.core.files.DurableMove;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileStream;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Records of one partition in their order, in an Avro object container file: any Avro tool reads
 * it. Compressed by Zstandard.
 */
final class RecordFile {
  private static final int LEVEL = 3;

  private static final Schema HEADER =
      SchemaBuilder.record("Header")
          .namespace("dev.attune.backup")
          .fields()
          .requiredString("name")
          .optionalBytes("value")
          .endRecord();

  private static final Schema RECORD =
      SchemaBuilder.record("KafkaRecord")
          .namespace("dev.attune.backup")
          .fields()
          .requiredLong("offset")
          .name("timestamp")
          .doc("milliseconds since 1970")
          .type()
          .longType()
          .noDefault()
          .optionalString("key")
          .name("value")
          .doc(
              "as Kafka had it: byte 0, the schema's id, then the record in Avro; null: a tombstone")
          .type()
          .optional()
          .bytesType()
          .name("headers")
          .type()
          .array()
          .items(HEADER)
          .noDefault()
          .endRecord();

  private RecordFile() {}

  /** A file in the making: it gets its name once it is whole and on disk. */
  static final class Writer implements AutoCloseable {
    private final Path file;
    private final Path unfinished;
    private final DataFileWriter<GenericRecord> records;
    private long count;

    Writer(Path file) throws IOException {
      this.file = file;
      Files.createDirectories(file.getParent());
      this.unfinished = file.resolveSibling("." + file.getFileName() + ".new");
      OutputStream out = Files.newOutputStream(unfinished);
      this.records =
          new DataFileWriter<GenericRecord>(new GenericDatumWriter<>(RECORD))
              .setCodec(CodecFactory.zstandardCodec(LEVEL))
              .create(RECORD, out);
    }

    void add(StoredRecord record) throws IOException {
      GenericRecord row = new GenericData.Record(RECORD);
      row.put("offset", record.offset());
      row.put("timestamp", record.timestamp());
      row.put("key", record.key());
      row.put("value", wrapped(record.value()));
      row.put("headers", record.headers().stream().map(RecordFile::header).toList());
      records.append(row);
      count++;
    }

    long count() {
      return count;
    }

    /** Puts it in its place, if it has any record. */
    void finish() throws IOException {
      if (count == 0) {
        return;
      }
      records.flush();
      var unused = DurableMove.move(unfinished, file);
    }

    @Override
    public void close() throws IOException {
      records.close();
      Files.deleteIfExists(unfinished);
    }
  }

  private static GenericRecord header(Header header) {
    GenericRecord row = new GenericData.Record(HEADER);
    row.put("name", header.key());
    row.put("value", wrapped(header.value()));
    return row;
  }

  private static @Nullable ByteBuffer wrapped(byte @Nullable [] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }

  /**
   * Reads all of a file.
   *
   * @throws IOException also when the file is damaged
   */
  static void read(Path file, Consumer<StoredRecord> each) throws IOException {
    try (DataFileStream<GenericRecord> rows =
        new DataFileStream<>(Files.newInputStream(file), new GenericDatumReader<>(null, RECORD))) {
      GenericRecord row = null;
      while (rows.hasNext()) {
        row = rows.next(row);
        each.accept(record(row));
      }
    } catch (AvroRuntimeException e) {
      throw new IOException(file + " is damaged: " + e.getMessage(), e);
    }
  }

  private static StoredRecord record(GenericRecord row) {
    Object key = row.get("key");
    return new StoredRecord(
        (long) row.get("offset"),
        (long) row.get("timestamp"),
        key == null ? null : key.toString(),
        bytes(row.get("value")),
        headers((List<?>) row.get("headers")));
  }

  private static List<Header> headers(List<?> rows) {
    List<Header> headers = new ArrayList<>(rows.size());
    for (Object each : rows) {
      GenericRecord row = (GenericRecord) each;
      String name = Objects.requireNonNull(row.get("name")).toString();
      headers.add(new RecordHeader(name, bytes(row.get("value"))));
    }
    return headers;
  }

  private static byte @Nullable [] bytes(@Nullable Object value) {
    if (!(value instanceof ByteBuffer buffer)) {
      return null;
    }
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(buffer.position(), bytes);
    return bytes;
  }
}

package dev.attune.warehouse.parquet;

import dev.attune.schemas.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.avro.generic.IndexedRecord;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Records as JSON lines, from which {@link ParquetWriter} makes rows. */
public final class LineWriter implements AutoCloseable {
  private static final JsonFactory JSON = JsonFactory.builder().rootValueSeparator("\n").build();

  private final Path file;
  private final JsonGenerator out;
  private long lines;

  public LineWriter(Path file) throws IOException {
    this.file = file;
    this.out =
        JSON.createGenerator(
            ObjectWriteContext.empty(), Files.newOutputStream(file), JsonEncoding.UTF8);
  }

  /**
   * Adds a record.
   *
   * @param position where it was in Kafka
   */
  public void add(IndexedRecord record, Position position) {
    out.writeStartObject();
    AvroJson.writeFields(record, out);
    out.writeNumberProperty(AvroColumns.EPOCH, position.epoch());
    out.writeNumberProperty(AvroColumns.PARTITION, position.partition());
    out.writeNumberProperty(AvroColumns.OFFSET, position.offset());
    out.writeEndObject();
    lines++;
  }

  public Path file() {
    return file;
  }

  public long lines() {
    return lines;
  }

  @Override
  public void close() {
    out.close();
  }
}

package dev.attune.gateway.events;

import dev.attune.schemas.avro.InteractionEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;

/** How many bytes an event has in Avro. They are counted and not kept. */
final class EncodedSize extends OutputStream {
  private static final DatumWriter<InteractionEvent> EVENTS =
      new SpecificDatumWriter<>(InteractionEvent.class);

  private long bytes;

  private EncodedSize() {}

  /** In bytes of the current schema. */
  static long of(InteractionEvent event) {
    EncodedSize size = new EncodedSize();
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(size, null);
    try {
      EVENTS.write(event, encoder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return size.bytes;
  }

  @Override
  public void write(int b) {
    bytes++;
  }

  @Override
  public void write(byte[] more, int offset, int length) {
    bytes += length;
  }
}

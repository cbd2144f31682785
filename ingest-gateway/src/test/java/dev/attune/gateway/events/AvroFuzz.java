package dev.attune.gateway.events;

import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.json.ParsedBody;
import java.net.URI;
import java.time.Duration;
import org.springframework.util.unit.DataSize;

/**
 * A fuzz target: whatever the bytes, reading an Avro batch ends in a value, and within the memory
 * that the limits of Avro's reader allow.
 */
public final class AvroFuzz {
  private static final AvroBatchReader BATCHES = batches();

  private AvroFuzz() {}

  /** Jazzer's entry. */
  public static void fuzzerTestOneInput(byte[] body) {
    ParsedBody parsed = BATCHES.read(body, null).body();
    if (parsed instanceof ParsedBody.Events events && events.events().size() > 500) {
      throw new AssertionError("more events than the limit");
    }
  }

  /** The current schema needs no registry, so none is there. */
  static AvroBatchReader batches() {
    SchemaRegistryClient nobody =
        new SchemaRegistryClient(URI.create("http://127.0.0.1:9"), Duration.ofSeconds(1));
    return new AvroBatchReader(nobody, settings());
  }

  static BodySettings settings() {
    return new BodySettings(
        DataSize.ofMegabytes(1),
        DataSize.ofMegabytes(4),
        DataSize.ofMegabytes(24),
        DataSize.ofMegabytes(32),
        500,
        DataSize.ofKilobytes(32),
        32,
        true);
  }
}

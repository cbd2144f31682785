package dev.attune.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.message.SchemaStore;
import org.jspecify.annotations.Nullable;

/**
 * The schemas that a record had in released versions, from the resources. They are read when bytes
 * name a schema that isn't the present one, which a start has no need of. Thread-safe.
 */
final class ReleasedVersions implements SchemaStore {
  private static final List<String> VERSIONS = List.of("0.1.0");

  /** Files that define records which other files name, in the order in which they do. */
  private static final List<String> SHARED =
      List.of("InteractionEvent", "FeatureVector", "Prediction");

  private final String record;

  /**
   * @param record its name, as that of its file
   */
  ReleasedVersions(String record) {
    this.record = record;
  }

  @Override
  public @Nullable Schema findByFingerprint(long fingerprint) {
    for (String version : VERSIONS) {
      Schema released = schema(version);
      if (released != null && SchemaNormalization.parsingFingerprint64(released) == fingerprint) {
        return released;
      }
    }
    return null;
  }

  private @Nullable Schema schema(String version) {
    var parser = new Schema.Parser();
    for (String shared : SHARED) {
      Schema parsed = parse(parser, version, shared);
      if (shared.equals(record)) {
        return parsed;
      }
    }
    return parse(parser, version, record);
  }

  /**
   * @return null when that version had no such record
   */
  private static @Nullable Schema parse(Schema.Parser parser, String version, String name) {
    String file = "/released/" + version + "/" + name + ".avsc";
    try (InputStream released = ReleasedVersions.class.getResourceAsStream(file)) {
      return released == null ? null : parser.parse(released);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

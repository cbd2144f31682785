package dev.attune.responses.store;

import dev.attune.predictions.PredictionKey;
import dev.attune.schemas.SingleObjectReader;
import dev.attune.schemas.avro.StoredPrediction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes the prediction out of Redis' raw answers, whose ids are unsigned 64-bit numbers. */
final class StreamEntries {

  private static final byte[] FIELD = PredictionKey.FIELD.getBytes(StandardCharsets.UTF_8);

  private static final SingleObjectReader<StoredPrediction> READER =
      new SingleObjectReader<>(StoredPrediction.getClassSchema(), StoredPrediction.getDecoder());

  private StreamEntries() {}

  /** From XREVRANGE: a list of [id, [field, value, …]]; null when the list is empty. */
  static @Nullable Versioned ofRange(@Nullable List<?> entries) {
    if (entries == null || entries.isEmpty()) {
      return null;
    }
    List<?> entry = (List<?>) entries.getLast();
    String id = new String((byte[]) entry.get(0), StandardCharsets.UTF_8);
    List<?> fields = (List<?>) entry.get(1);
    for (int i = 0; i + 1 < fields.size(); i += 2) {
      if (Arrays.equals(FIELD, (byte[]) fields.get(i))) {
        return new Versioned(id, READER.read((byte[]) fields.get(i + 1)));
      }
    }
    throw new IllegalStateException("an entry without a prediction");
  }

  /** From XREAD: a list of [key, entries]; null when the time passed. */
  static @Nullable Versioned ofRead(@Nullable List<?> streams) {
    if (streams == null || streams.isEmpty()) {
      return null;
    }
    return ofRange((List<?>) ((List<?>) streams.getFirst()).get(1));
  }
}

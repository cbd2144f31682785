package dev.attune.predictions;

import dev.attune.schemas.SingleObject;
import dev.attune.schemas.SingleObjectReader;
import dev.attune.schemas.avro.StoredPrediction;
import io.lettuce.core.StreamMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A user's prediction as it lies in Redis.
 *
 * @param entryId its version; what comes later has a higher one
 * @param value a StoredPrediction in Avro's single-object encoding
 * @param trace the traceparent of what made it; null when that was not traced
 */
public record StoredEntry(String entryId, byte[] value, @Nullable String trace) {
  private static final SingleObjectReader<StoredPrediction> READER =
      new SingleObjectReader<>(
          StoredPrediction.getClassSchema(),
          SingleObject.decoder(StoredPrediction.getClassSchema()));

  static Optional<StoredEntry> first(List<StreamMessage<String, byte[]>> messages) {
    if (messages.isEmpty()) {
      return Optional.empty();
    }
    StreamMessage<String, byte[]> message = messages.getFirst();
    byte[] value = message.getBody().get(PredictionKey.FIELD);
    if (value == null) {
      throw new StoreException("an entry without a prediction");
    }
    byte[] trace = message.getBody().get(PredictionKey.TRACE);
    return Optional.of(
        new StoredEntry(
            message.getId(),
            value,
            trace == null ? null : new String(trace, StandardCharsets.US_ASCII)));
  }

  /**
   * @throws java.io.UncheckedIOException when the value is no prediction of the present schema or a
   *     released one: a newer version of Attune may have written it
   */
  public StoredPrediction prediction() {
    return READER.read(value);
  }
}

package dev.attune.responses.deadletter;

import dev.attune.schemas.avro.DeadLetter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A refused event.
 *
 * @param source which service refused it
 * @param field what is wrong in it; null: all of it
 * @param detail what is wrong, in words
 * @param sourceKey the name of the API key that sent it; null: not known
 * @param original what was sent, as text; null: it is no text
 * @param bytes how long it is
 * @param users whom it names
 */
record DeadLetterView(
    String source,
    String code,
    @Nullable String field,
    String detail,
    Instant receivedAt,
    @Nullable String eventId,
    @Nullable String sourceKey,
    @Nullable Integer index,
    @Nullable String original,
    int bytes,
    List<String> users) {
  /** A person looks at it; an event may have 32 KiB. */
  private static final int LONGEST_SHOWN = 4_096;

  private static final JsonMapper JSON = JsonMapper.shared();

  static DeadLetterView of(DeadLetter letter) {
    String text = text(letter.getOriginal());
    return new DeadLetterView(
        letter.getSource(),
        letter.getCode(),
        letter.getField(),
        letter.getDetail(),
        Instant.ofEpochMilli(letter.getReceivedAt()),
        letter.getEventId(),
        letter.getSourceKey(),
        letter.getIndex(),
        text == null || text.length() <= LONGEST_SHOWN
            ? text
            : text.substring(0, LONGEST_SHOWN) + "…",
        letter.getOriginal().remaining(),
        Stream.of(letter.getUserId(), text(letter.getKey()), text == null ? null : user(text))
            .filter(Objects::nonNull)
            .map(Objects::requireNonNull)
            .distinct()
            .toList());
  }

  /** Null: it is no UTF-8, or begins as Avro does. */
  private static @Nullable String text(@Nullable ByteBuffer bytes) {
    if (bytes == null || (bytes.hasRemaining() && bytes.get(bytes.position()) == 0)) {
      return null;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static @Nullable String user(String text) {
    try {
      return JSON.readTree(text).path("userId").stringValue(null);
    } catch (JacksonException e) {
      return null;
    }
  }
}

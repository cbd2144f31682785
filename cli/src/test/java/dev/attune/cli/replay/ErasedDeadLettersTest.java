package dev.attune.cli.replay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.user.UserHasher;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.schemas.avro.DeadLetter;
import dev.attune.schemas.avro.Erasure;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What becomes of an erased user's letters, and of two users with the same mask. */
class ErasedDeadLettersTest {
  private static final long REFUSED = Instant.parse("2026-01-02T03:04:05Z").toEpochMilli();

  private static final UserHasher HASHER = new UserHasher("0123456789abcdef");

  private final ErasedDeadLetters erased = new ErasedDeadLetters(HASHER);

  /** Letters of text need no registry. */
  private final DeadLetterReader reader =
      new DeadLetterReader(
          new SchemaRegistryClient(URI.create("http://127.0.0.1:9"), Duration.ofSeconds(1)));

  @Test
  void passesOverLettersUpToTheErasure() {
    erase("ada", REFUSED);

    assertThat(excludes(letter("ada", null, "{}", REFUSED))).isTrue();
    assertThat(excludes(letter("ada", null, "{}", REFUSED + 1))).isFalse();
    assertThat(excludes(letter("bob", null, "{}", REFUSED))).isFalse();
    assertThat(erased.passedOver()).isEqualTo(1);
  }

  @Test
  void knowsAUserByTheRecordsKeyAndByTheEvent() {
    erase("ada", REFUSED);

    assertThat(excludes(letter(null, "ada", "junk", REFUSED))).isTrue();
    assertThat(excludes(letter(null, "bob", "{\"userId\":\"ada\"}", REFUSED))).isTrue();
    assertThat(excludes(letter(null, "bob", "junk", REFUSED))).isFalse();
  }

  @Test
  void aLetterThatNamesNobodyMayBeAnErasedUsers() {
    assertThat(excludes(letter(null, null, "junk", REFUSED))).isFalse();
    erase("ada", REFUSED);

    assertThat(excludes(letter(null, null, "junk", REFUSED))).isTrue();
    assertThat(excludes(letter(null, null, "junk", REFUSED + 1))).isFalse();
  }

  @Test
  void aCorrectedLineIsAsOldAsItsLetterSaysOrOlderThanAnyErasure() {
    erase("ada", REFUSED);

    assertThat(erased.excludes(corrected("{\"userId\":\"ada\",\"type\":\"clicked\"}"))).isTrue();
    assertThat(erased.excludes(corrected("{\"userId\":\"bob\",\"type\":\"clicked\"}"))).isFalse();
    assertThat(
            erased.excludes(
                corrected(
                    "{\"letter\":{\"receivedAt\":\"2026-01-02T03:04:06Z\"},"
                        + "\"event\":{\"userId\":\"ada\"}}")))
        .isFalse();
  }

  @Test
  void twoUsersWithTheSameMaskStayTwo() {
    String masked = "{\"eventId\":\"[email]\",\"userId\":\"[email]\",\"type\":\"clicked\"}";
    DeadLetter letter = letter("ada@example.org", null, masked, REFUSED);
    letter.setMasked(true);
    letter.setEventId("1-ada@example.org");

    RefusedEvent refused = reader.read(letter, "0-1");

    ObjectNode event = Objects.requireNonNull(refused.event());
    assertThat(event.path("userId").stringValue()).isEqualTo("ada@example.org");
    assertThat(refused.key()).isEqualTo(RefusedEvent.key("1-ada@example.org"));
  }

  private boolean excludes(DeadLetter letter) {
    return erased.excludes(letter, reader.read(letter, "0-1"));
  }

  private static RefusedEvent corrected(String line) {
    return DeadLetterReader.corrected(line, "line 1").orElseThrow();
  }

  private void erase(String user, long requestedAt) {
    erased.add(
        Erasure.newBuilder()
            .setReceiptId("r")
            .setUserHash(HASHER.hash(user))
            .setHashKey(HASHER.keyId())
            .setPartition(0)
            .setOffset(7)
            .setRequestedAt(requestedAt)
            .build());
  }

  private static DeadLetter letter(
      @Nullable String userId, @Nullable String key, String original, long receivedAt) {
    return DeadLetter.newBuilder()
        .setSource("test")
        .setCode("schema_invalid")
        .setDetail("")
        .setReceivedAt(receivedAt)
        .setUserId(userId)
        .setKey(key == null ? null : ByteBuffer.wrap(key.getBytes(UTF_8)))
        .setOriginal(ByteBuffer.wrap(original.getBytes(UTF_8)))
        .build();
  }
}

package dev.attune.cli.replay;

import dev.attune.core.user.ErasedUsers;
import dev.attune.core.user.UserHasher;
import dev.attune.schemas.avro.DeadLetter;
import dev.attune.schemas.avro.Erasure;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which refused events were erased with their user. A letter that names nobody is passed over as
 * soon as anybody was erased after it: it may be that user's.
 */
final class ErasedDeadLetters {
  private final ErasedUsers erased;
  private long passedOver;

  ErasedDeadLetters(UserHasher hasher) {
    this.erased = new ErasedUsers(hasher);
  }

  void add(Erasure erasure) {
    erased.add(erasure);
  }

  /** How many were erased. */
  long passedOver() {
    return passedOver;
  }

  /** The same for a letter with the event that was found in it. */
  boolean excludes(DeadLetter letter, RefusedEvent refused) {
    return excludes(
        Stream.of(letter.getUserId(), utf8(letter.getKey()), user(refused)),
        letter.getReceivedAt());
  }

  /** For a corrected line; one that doesn't say when it was refused is older than any erasure. */
  boolean excludes(RefusedEvent corrected) {
    return excludes(Stream.of(user(corrected)), corrected.refusedAt());
  }

  private boolean excludes(Stream<@Nullable String> users, long refusedAt) {
    var named = users.filter(Objects::nonNull).map(Objects::requireNonNull).toList();
    boolean excluded =
        named.isEmpty()
            ? erased.mayExclude(refusedAt)
            : named.stream().anyMatch(user -> erased.excludes(user, refusedAt));
    passedOver += excluded ? 1 : 0;
    return excluded;
  }

  private static @Nullable String user(RefusedEvent refused) {
    ObjectNode event = refused.event();
    return event == null ? null : event.path("userId").stringValue(null);
  }

  private static @Nullable String utf8(@Nullable ByteBuffer bytes) {
    return bytes == null ? null : StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
  }
}

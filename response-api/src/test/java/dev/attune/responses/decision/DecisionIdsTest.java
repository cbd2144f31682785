package dev.attune.responses.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.responses.access.IdentitySettings;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DecisionIdsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

  private final DecisionIds ids = ids("the-first-identity-secret");

  @Test
  void knowsItsOwnAgainWhileTheSecretIsKnown() {
    DecisionId id = ids.next(7, NOW);

    assertThat(id.partition()).isEqualTo(7);
    assertThat(id.timestamp()).isEqualTo(NOW.toEpochMilli());
    assertThat(DecisionId.parse(id.toString())).hasValue(id);
    assertThat(ids.isOurs(id)).isTrue();
    assertThat(ids("a-newer-identity-secret", "the-first-identity-secret").isOurs(id)).isTrue();
    assertThat(ids("a-newer-identity-secret").isOurs(id)).isFalse();
    assertThat(ids().isOurs(id)).isFalse();
  }

  /** An id of one's own, moved to another time or partition, would lead the look-up astray. */
  @Test
  void knowsNoneThatWasChanged() {
    UUID own = ids.next(7, NOW).uuid();

    // the version's four bits and the variant's two are the same in all
    assertThat(IntStream.range(0, 128).filter(bit -> !Set.of(76, 77, 78, 79, 62, 63).contains(bit)))
        .filteredOn(bit -> ids.isOurs(new DecisionId(flipped(own, bit))))
        .hasSizeLessThan(3);
  }

  private static UUID flipped(UUID id, int bit) {
    long mask = 1L << bit % 64;
    return bit < 64
        ? new UUID(id.getMostSignificantBits(), id.getLeastSignificantBits() ^ mask)
        : new UUID(id.getMostSignificantBits() ^ mask, id.getLeastSignificantBits());
  }

  @Test
  void leavesRoomForManyInAMillisecond() {
    Set<DecisionId> many =
        IntStream.range(0, 10_000).mapToObj(i -> ids.next(0, NOW)).collect(Collectors.toSet());

    assertThat(many).hasSize(10_000);
  }

  @Test
  void makesIdsWithoutAnIdentitySecretToo() {
    assertThat(ids().next(3, NOW).partition()).isEqualTo(3);
  }

  private static DecisionIds ids(String... secrets) {
    return new DecisionIds(new IdentitySettings(List.of(secrets)));
  }
}

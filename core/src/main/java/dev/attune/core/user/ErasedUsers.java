package dev.attune.core.user;

import dev.attune.schemas.Position;
import dev.attune.schemas.avro.Erasure;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The exclusion list: whose older records must be passed over wherever a topic that is kept by time
 * is read. A user is known by a hash, so that the list itself keeps nobody's id. Thread-safe.
 */
public final class ErasedUsers {
  /** A user's last erasure. */
  private record Last(Position position, long requestedAt) {}

  private final UserHasher hasher;
  private final Map<String, Last> byHash = new ConcurrentHashMap<>();

  /**
   * @param hasher with the secret of all that read and write {@code erasures}
   */
  public ErasedUsers(UserHasher hasher) {
    this.hasher = hasher;
  }

  /** Nobody, for a past that nobody asked to be forgotten in. */
  public static ErasedUsers none() {
    return new ErasedUsers(new UserHasher("nobody was erased"));
  }

  /**
   * @throws IllegalArgumentException when another secret made the hash: whose it is can't be told,
   *     and who went on would read what was erased
   */
  public void add(Erasure erasure) {
    Position position =
        new Position(erasure.getEpoch(), erasure.getPartition(), erasure.getOffset());
    add(keyed(erasure), position, erasure.getRequestedAt());
  }

  private String keyed(Erasure erasure) {
    if (erasure.getHashKey().isEmpty()) {
      return hasher.ofBare(erasure.getUserHash());
    }
    if (erasure.getHashKey().equals(hasher.keyId())) {
      return erasure.getUserHash();
    }
    throw new IllegalArgumentException(
        "an erasure was recorded with another secret (ATTUNE_ERASURE_SECRET) than is set here");
  }

  /** Adds an erasure of which only the time is known. */
  public void add(String userHash, long requestedAt) {
    add(userHash, new Position(0, 0, 0), requestedAt);
  }

  private void add(String userHash, Position position, long requestedAt) {
    byHash.merge(
        userHash,
        new Last(position, requestedAt),
        (known, given) ->
            new Last(
                given.position.isAfter(known.position) ? given.position : known.position,
                Math.max(known.requestedAt, given.requestedAt)));
  }

  /** Whether a record that an event at this position caused was erased with its user. */
  public boolean excludes(String userId, Position position) {
    Last last = byHash.isEmpty() ? null : byHash.get(hasher.hash(userId));
    return last != null && !position.isAfter(last.position);
  }

  /** The same for a record without a position, by the time it was made. */
  public boolean excludes(String userId, long atMillis) {
    Last last = byHash.isEmpty() ? null : byHash.get(hasher.hash(userId));
    return last != null && atMillis <= last.requestedAt;
  }

  /** Whether a record that names nobody may be of a user who was erased since. */
  public boolean mayExclude(long atMillis) {
    return byHash.values().stream().anyMatch(last -> atMillis <= last.requestedAt);
  }

  /** Users' hashes and the time up to which their records are excluded. */
  public Map<String, Long> until() {
    Map<String, Long> until = new java.util.TreeMap<>();
    byHash.forEach((hash, last) -> until.put(hash, last.requestedAt));
    return until;
  }
}

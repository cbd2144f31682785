package dev.attune.predictions;

import dev.attune.schemas.Position;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Reads without blocking: many reads share a connection and its round trips. A future fails when
 * Redis refuses, is away, or says nothing for as long as {@code attune.redis.timeout}; who has less
 * time than that looks at the clock himself. Thread-safe.
 */
public interface PredictionReader {
  /** The user's newest prediction; empty when there is none. */
  CompletableFuture<Optional<StoredEntry>> newest(String userId);

  /**
   * Whether nothing older than this erasure is readable of a user, nor can come back: Redis holds
   * the erasure's version or a later one, and no value from before.
   */
  CompletableFuture<Boolean> isErased(String userId, Position erasure);
}

package dev.attune.predictions;

import dev.attune.schemas.avro.StoredPrediction;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Writes users' newest predictions. A write takes effect only when its entry id is above every id
 * written for the user before, erasures included: retries, restarts and stragglers can't take a
 * user back. Thread-safe.
 */
public interface PredictionWriter {
  /**
   * Sends many users' writes at once; the results are in the order of the writes. Each comes as
   * soon as its own server has answered: one that is away delays no other's users. A result never
   * fails, and may come on the client's thread, which must not be blocked.
   */
  List<CompletableFuture<Written>> send(List<Write> writes);

  /** Sends them and waits for all results. */
  default List<Written> write(List<Write> writes) {
    return send(writes).stream().map(CompletableFuture::join).toList();
  }

  /**
   * What a reader sees now.
   *
   * @throws StoreException when the store can't answer
   */
  Optional<StoredEntry> read(String userId);

  /**
   * Removes exactly the given entry and keeps its version; a newer one stays.
   *
   * @throws StoreException when the store can't answer
   */
  void remove(String userId, String entryId);

  /** One user's change. */
  sealed interface Write {
    String userId();

    String entryId();

    /**
     * The prediction becomes readable.
     *
     * @param trace the traceparent of what made it, for who reads it; null when not traced
     */
    record Put(String userId, String entryId, StoredPrediction prediction, @Nullable String trace)
        implements Write {
      public Put(String userId, String entryId, StoredPrediction prediction) {
        this(userId, entryId, prediction, null);
      }
    }

    /** Nothing stays readable, and nothing older becomes so again. */
    record Erase(String userId, String entryId) implements Write {}
  }

  /** What became of a write. */
  enum Written {
    STORED,
    /** The user is at this version or a newer one already. */
    SUPERSEDED,
    /** The store did not say: it may or may not have taken effect, and may be repeated. */
    UNAVAILABLE
  }
}

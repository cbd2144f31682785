package dev.attune.responses.erasure;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The proof of an erasure as clients read it.
 *
 * @param complete nothing of the user can be read any more; what remains only waits to expire
 */
record ReceiptBody(
    String receiptId,
    Instant requestedAt,
    String eventToken,
    boolean complete,
    List<Store> stores) {
  /**
   * One place that held the user.
   *
   * @param erasedAt since when nothing of the user is there to be read; null: not yet, or records
   *     stay until they expire
   * @param expiresAt when the last bytes are gone at the latest; until then every reader passes
   *     them over
   */
  record Store(String store, String how, @Nullable Instant erasedAt, @Nullable Instant expiresAt) {}
}

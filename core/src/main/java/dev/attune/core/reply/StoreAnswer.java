package dev.attune.core.reply;

import dev.attune.schemas.avro.StoredPrediction;

/** What the prediction store said about a user. */
public sealed interface StoreAnswer {
  /** The newest prediction. */
  record Held(StoredPrediction prediction) implements StoreAnswer {}

  /** The store answered and holds nothing. */
  record Nothing() implements StoreAnswer {}

  /** The store did not answer within its budget. */
  record Unavailable() implements StoreAnswer {}
}

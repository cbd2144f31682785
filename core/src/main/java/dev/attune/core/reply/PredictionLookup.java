package dev.attune.core.reply;

import dev.attune.schemas.avro.StoredPrediction;

/** What the prediction store said about a user. */
public sealed interface PredictionLookup {
  /** The newest prediction. */
  record Held(StoredPrediction prediction) implements PredictionLookup {}

  /** The store answered and holds nothing. */
  record Nothing() implements PredictionLookup {}

  /** The store did not answer within its budget, or with what a newer version has written. */
  record Unavailable() implements PredictionLookup {}
}

package dev.attune.inference.scoring;

import dev.attune.schemas.avro.Prediction;

/** Where stored predictions are made known. Must not block the caller. */
public interface PredictionLog {
  void append(Prediction prediction);
}

package dev.attune.inference.scoring;

import dev.attune.inference.model.ModelSlots;
import dev.attune.predictions.PredictionWriter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.function.Supplier;

/** Scorers as the service has them, without a topic of predictions. */
final class Scorers {
  private Scorers() {}

  static Scorer writing(
      PredictionWriter writer,
      ScoringSettings settings,
      Supplier<ModelSlots> slots,
      ShadowScorer shadow,
      MeterRegistry meters) {
    return new Scorer(
        settings,
        slots,
        writer,
        prediction -> {},
        shadow,
        new ServedRows(),
        new ScoringHealth(InstantSource.system()),
        InstantSource.system(),
        meters);
  }
}

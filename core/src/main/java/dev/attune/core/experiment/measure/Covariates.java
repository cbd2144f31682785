package dev.attune.core.experiment.measure;

import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.FeatureSet;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.FeatureVector;
import org.jspecify.annotations.Nullable;

/** Reads a number feature as it stood when a decision was made, before it could have an effect. */
public record Covariates(FeatureSet features) {
  /** 0 when there is none: users without history have the same covariate in every arm. */
  double of(@Nullable String feature, Decision decision) {
    FeatureVector vector = decision.getVector();
    if (feature == null || vector == null || !vector.getFeatureSetId().equals(features.id())) {
      return 0;
    }
    return features.columns().stream()
        .filter(c -> c.kind() == ColumnKind.NUMBER && c.name().equals(feature))
        .mapToDouble(c -> vector.getNumbers().get(c.index()))
        .filter(value -> !Double.isNaN(value))
        .findFirst()
        .orElse(0);
  }
}

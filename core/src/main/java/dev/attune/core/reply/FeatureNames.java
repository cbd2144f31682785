package dev.attune.core.reply;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.FeatureSet;
import dev.attune.schemas.avro.FeatureVector;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stored vector by its features' names. */
public final class FeatureNames {

  private FeatureNames() {}

  /** Empty when another feature set made the vector, since its order is then unknown. */
  public static Map<String, @Nullable Object> of(FeatureVector vector, FeatureSet set) {
    return vector.getFeatureSetId().equals(set.id())
        ? FeatureRow.fromAvro(vector).named(set)
        : Map.of();
  }
}

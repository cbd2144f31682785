package dev.attune.core.reply;

import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.FeatureSet;
import dev.attune.schemas.avro.FeatureVector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stored vector by its features' names. */
public final class FeatureNames {
  private FeatureNames() {}

  /** The vector of named values; what isn't named is missing. Tokens are left out. */
  public static FeatureVector vector(Map<String, ?> named, FeatureSet set) {
    List<Double> numbers = new ArrayList<>();
    List<@Nullable String> categories = new ArrayList<>();
    for (FeatureColumn column : set.columns()) {
      Object value = named.get(column.name());
      switch (column.kind()) {
        case NUMBER -> numbers.add(value instanceof Number n ? n.doubleValue() : Double.NaN);
        case CATEGORY -> categories.add(value == null ? null : value.toString());
        case TOKENS -> {}
      }
    }
    return FeatureVector.newBuilder()
        .setFeatureSetId(set.id())
        .setNumbers(numbers)
        .setCategories(categories)
        .setTokens(List.of())
        .build();
  }

  /** Empty when another feature set made the vector, since its order is then unknown. */
  public static Map<String, @Nullable Object> of(FeatureVector vector, FeatureSet set) {
    return vector.getFeatureSetId().equals(set.id())
        ? FeatureRow.fromAvro(vector).named(set)
        : Map.of();
  }
}

package dev.attune.inference.drift;

import dev.attune.core.drift.AgeBucket;
import dev.attune.core.drift.ReferenceBins;
import dev.attune.core.feature.Memberships;
import dev.attune.core.scoring.Encoding;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelManifest.AgeReferences;
import dev.attune.core.scoring.ModelManifest.Reference;
import dev.attune.schemas.avro.FeatureVector;
import dev.attune.schemas.avro.Prediction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What was seen of users of one age, beside the training's users of that age. Not thread-safe. */
final class AgeProfile {
  private final AgeBucket bucket;
  private final Map<String, Series> series = new HashMap<>();
  private final UserRows users;
  private final UserRows predictedUsers;

  /** A reference and what is counted in its bins. */
  record Series(Reference reference, Histogram histogram) {}

  AgeProfile(AgeReferences age, int tiles) {
    bucket =
        new AgeBucket(age.fromMillis(), age.toMillis() == null ? Long.MAX_VALUE : age.toMillis());
    users = new UserRows(tiles);
    predictedUsers = new UserRows(tiles);
    for (Reference reference : age.references()) {
      series.put(reference.feature(), new Series(reference, new Histogram(reference, tiles)));
    }
  }

  AgeBucket bucket() {
    return bucket;
  }

  @Nullable Series series(String name) {
    return series.get(name);
  }

  /** Independent rows of a distribution in the window that ends with this tile. */
  double independent(String name, long tile) {
    boolean predicted =
        name.equals(ModelManifest.PREDICTION) || name.equals(ModelManifest.CONFIDENCE);
    return (predicted ? predictedUsers : users).independent(tile);
  }

  void add(
      String userId,
      long age,
      FeatureVector vector,
      Map<String, Integer> numbers,
      Map<String, Integer> categories,
      long tile) {
    users.add(userId, tile);
    addNumber(ModelManifest.AGE, age, tile);
    List<Double> values = vector.getNumbers();
    numbers.forEach(
        (name, index) -> {
          if (index < values.size()) {
            addNumber(name, values.get(index), tile);
          }
        });
    categories.forEach(
        (name, index) -> {
          if (index < vector.getCategories().size()) {
            addCategory(name, vector.getCategories().get(index), tile);
          }
        });
  }

  /** The memberships of a row that was added. */
  void add(FeatureVector vector, List<Encoding.Segment> segments, long tile) {
    Memberships memberships =
        segments.isEmpty() ? null : Memberships.fromAvro(vector.getMemberships());
    for (Encoding.Segment segment : segments) {
      addCategory(segment.feature(), ReferenceBins.membership(segment, memberships), tile);
    }
  }

  void add(Prediction prediction, long tile) {
    predictedUsers.add(prediction.getUserId(), tile);
    addCategory(ModelManifest.PREDICTION, prediction.getLabel(), tile);
    double confidence = prediction.getProbabilities().getFirst().getProbability();
    addNumber(ModelManifest.CONFIDENCE, confidence, tile);
  }

  private void addNumber(String name, double value, long tile) {
    Series of = series.get(name);
    if (of != null) {
      of.histogram().add(tile, value);
    }
  }

  private void addCategory(String name, @Nullable String value, long tile) {
    Series of = series.get(name);
    if (of == null) {
      return;
    }
    if (value == null) {
      of.histogram().addMissing(tile);
    } else {
      of.histogram().add(tile, value);
    }
  }
}

package dev.attune.training.train;

import dev.attune.core.scoring.SentenceModel;
import java.util.Collection;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Numbers in place of encoded messages for the self-check: nobody's, and the same each time. */
final class SelfCheckMessages {
  private final int dimensions;
  private final Random random = new Random(11);
  private int drawn;

  SelfCheckMessages(Collection<SentenceModel> models) {
    this.dimensions = models.stream().mapToInt(SentenceModel::dimensions).findFirst().orElse(0);
  }

  /** Null for every fourth row, which has no message, and where no model reads one. */
  float @Nullable [] next() {
    if (dimensions == 0 || drawn++ % 4 == 3) {
      return null;
    }
    float[] numbers = new float[dimensions];
    for (int d = 0; d < dimensions; d++) {
      numbers[d] = (float) (random.nextGaussian() / Math.sqrt(dimensions));
    }
    return numbers;
  }
}

package dev.attune.training.train;

import dev.attune.core.feature.TokenBag;
import dev.attune.core.scoring.Encoding;
import dev.attune.core.scoring.TextModel;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a model is shown beside: predictions that need none, or only the words. */
final class Baselines {
  private static final float ALL_BUT = 0.999f;

  private final TrainedModel model;
  private final float[] shares;

  /**
   * @param older the examples that the model learned from
   */
  Baselines(TrainedModel model, List<Example> older) {
    this.model = model;
    int[] counts = QualityMetrics.counts(older, model.labels());
    this.shares = new float[counts.length];
    for (int label = 0; label < counts.length; label++) {
      shares[label] = (counts[label] + 1f) / (older.size() + counts.length);
    }
  }

  /** Each baseline's predictions of the same rows, by its name; without words the majority's. */
  Map<String, List<Scored>> of(List<Example> newer) {
    Map<String, List<Scored>> all = new LinkedHashMap<>();
    all.put("majority", newer.stream().map(e -> new Scored(e, shares)).toList());
    all.put("last value", newer.stream().map(e -> new Scored(e, lastValue(e))).toList());
    for (Encoding encoding : model.matrix().encodings()) {
      if (encoding instanceof Encoding.Text text) {
        TextModel words = Objects.requireNonNull(model.matrix().texts().get(text.file()));
        List<Scored> scored = new ArrayList<>();
        for (Example example : newer) {
          TokenBag said = example.row().tokens()[text.index()];
          scored.add(
              new Scored(example, said.size() == 0 ? shares : exponentials(words.score(said))));
        }
        all.put("text alone (" + text.feature() + ")", scored);
      }
    }
    return all;
  }

  private float[] lastValue(Example example) {
    int last = model.labels().indexOf(String.valueOf(example.previousLabel()));
    if (last < 0) {
      return shares;
    }
    float[] sure = shares.clone();
    for (int label = 0; label < sure.length; label++) {
      sure[label] *= 1 - ALL_BUT;
    }
    sure[last] += ALL_BUT;
    return sure;
  }

  private static float[] exponentials(float[] logarithms) {
    float[] values = new float[logarithms.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.exp(logarithms[i]);
    }
    return values;
  }
}

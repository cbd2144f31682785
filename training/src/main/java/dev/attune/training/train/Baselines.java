package dev.attune.training.train;

import dev.attune.core.scoring.Encoding;
import dev.attune.core.scoring.TextModel;
import dev.attune.training.train.QualityMetrics.Scored;
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

  /** Each baseline's predictions of the same rows, by its name. */
  Map<String, List<Scored>> of(List<Example> newer) {
    Map<String, List<Scored>> all = new LinkedHashMap<>();
    all.put("majority", newer.stream().map(e -> new Scored(e, shares)).toList());
    all.put("last value", newer.stream().map(e -> new Scored(e, lastValue(e))).toList());
    for (Encoding encoding : model.matrix().encodings()) {
      if (encoding instanceof Encoding.Text text) {
        TextModel words = Objects.requireNonNull(model.matrix().texts().get(text.file()));
        List<Scored> scored = new ArrayList<>();
        for (Example example : newer) {
          float[] logShares = words.score(example.row().tokens()[text.index()]);
          scored.add(new Scored(example, exponentials(logShares)));
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

  /** An empty text's log shares are missing: it says nothing, so every label is alike. */
  private static float[] exponentials(float[] logShares) {
    float[] shares = new float[logShares.length];
    for (int label = 0; label < shares.length; label++) {
      shares[label] =
          Float.isNaN(logShares[label]) ? 1f / shares.length : (float) Math.exp(logShares[label]);
    }
    return shares;
  }
}

package dev.attune.training.train;

import dev.attune.core.scoring.Encoding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How far each feature moves the margin of the likeliest label: the mean of the absolute sums of
 * its columns' SHAP values (Lundberg et al., <i>Consistent Individualized Feature Attribution for
 * Tree Ensembles</i>, 2018).
 *
 * @param byFeature the largest first
 * @param rows that were looked at
 */
record FeatureImportance(List<Map.Entry<String, Double>> byFeature, int rows) {
  /** A row costs as many walks as there are leaves. */
  private static final int MOST_ROWS = 300;

  /** Of rows spread over all of these. */
  static FeatureImportance of(TrainedModel model, List<Scored> scored) {
    Map<String, Double> sums = new LinkedHashMap<>();
    int step = Math.max(1, scored.size() / MOST_ROWS);
    int rows = 0;
    for (int i = 0; i < scored.size(); i += step) {
      Scored one = scored.get(i);
      float[] columns = model.contributions(one.example().row(), one.likeliest());
      int at = 0;
      for (Encoding encoding : model.matrix().encodings()) {
        double moved = 0;
        for (int column = 0; column < encoding.columns().size(); column++) {
          moved += columns[at++];
        }
        sums.merge(encoding.feature(), Math.abs(moved), Double::sum);
      }
      rows++;
    }
    int looked = Math.max(1, rows);
    sums.replaceAll((feature, sum) -> sum / looked);
    List<Map.Entry<String, Double>> sorted = new ArrayList<>(sums.entrySet());
    sorted.sort(Map.Entry.comparingByValue(Comparator.reverseOrder()));
    return new FeatureImportance(sorted, rows);
  }
}

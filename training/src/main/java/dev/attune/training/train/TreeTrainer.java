package dev.attune.training.train;

import dev.attune.core.scoring.TrainingSpec;
import dev.attune.training.Progress;
import java.util.HashMap;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** Trains the trees with XGBoost. */
final class TreeTrainer {
  private static final int THREADS = 2;

  private TreeTrainer() {}

  /** The trained model as UBJSON. */
  static byte[] train(TrainingMatrix rows, int classes, TrainingSpec spec, Progress progress) {
    DMatrix matrix = null;
    Booster booster = null;
    try {
      matrix = matrix(rows);
      booster = XGBoost.train(matrix, parameters(spec, classes), 1, Map.of(), null, null);
      for (int round = 1; round < spec.boosting().rounds(); round++) {
        booster.update(matrix, round);
        progress.at(round + 1L);
      }
      return booster.toByteArray("ubj");
    } catch (XGBoostError e) {
      throw new IllegalStateException("XGBoost could not train: " + firstLine(e), e);
    } finally {
      if (booster != null) {
        booster.dispose();
      }
      if (matrix != null) {
        matrix.dispose();
      }
    }
  }

  private static Map<String, Object> parameters(TrainingSpec spec, int classes) {
    Map<String, Object> parameters = new HashMap<>(spec.boosting().parameters());
    parameters.put("objective", "multi:softprob");
    parameters.put("num_class", classes);
    parameters.putIfAbsent("nthread", THREADS);
    parameters.putIfAbsent("seed", 1);
    parameters.putIfAbsent("verbosity", 0);
    return parameters;
  }

  private static DMatrix matrix(TrainingMatrix rows) throws XGBoostError {
    int count = rows.labels().length;
    DMatrix matrix = new DMatrix(rows.values(), count, rows.width(), Float.NaN);
    float[] labels = new float[count];
    for (int i = 0; i < count; i++) {
      labels[i] = rows.labels()[i];
    }
    matrix.setLabel(labels);
    return matrix;
  }

  private static String firstLine(XGBoostError e) {
    return String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("no reason given");
  }
}

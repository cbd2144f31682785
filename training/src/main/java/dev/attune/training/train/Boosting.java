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
final class Boosting {
  private static final int THREADS = 2;

  private Boosting() {}

  /** The trained model as UBJSON. */
  static byte[] train(Fitted fitted, int classes, TrainingSpec spec, Progress progress) {
    DMatrix matrix = null;
    Booster booster = null;
    try {
      matrix = matrix(fitted);
      Map<String, Object> params = new HashMap<>(spec.boosting());
      params.put("objective", "multi:softprob");
      params.put("num_class", classes);
      params.putIfAbsent("nthread", THREADS);
      params.putIfAbsent("seed", 1);
      params.putIfAbsent("verbosity", 0);
      booster = XGBoost.train(matrix, params, 1, Map.of(), null, null);
      for (int round = 1; round < spec.rounds(); round++) {
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

  private static DMatrix matrix(Fitted fitted) throws XGBoostError {
    int rows = fitted.labels().length;
    DMatrix matrix = new DMatrix(fitted.matrix(), rows, fitted.width(), Float.NaN);
    float[] labels = new float[rows];
    for (int i = 0; i < rows; i++) {
      labels[i] = fitted.labels()[i];
    }
    matrix.setLabel(labels);
    return matrix;
  }

  private static String firstLine(XGBoostError e) {
    return String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("no reason given");
  }
}

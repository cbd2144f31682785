package dev.attune.training.adopt;

import dev.attune.training.UserFault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/** What XGBoost itself says of rows. */
final class XgboostOracle {
  private XgboostOracle() {}

  /** The margins of encoded rows, by the rounds up to the best one. */
  static List<float[]> margins(byte[] file, List<float[]> rows) {
    int width = rows.getFirst().length;
    float[] flat = new float[rows.size() * width];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, flat, i * width, width);
    }
    try {
      Booster booster = XGBoost.loadModel(new ByteArrayInputStream(file));
      DMatrix matrix = new DMatrix(flat, rows.size(), width, Float.NaN);
      try {
        String best = booster.getAttr("best_iteration");
        int rounds = best == null ? 0 : Integer.parseInt(best) + 1;
        return Arrays.asList(booster.predict(matrix, true, rounds));
      } finally {
        matrix.dispose();
        booster.dispose();
      }
    } catch (XGBoostError | IOException e) {
      throw new UserFault("XGBoost can't read the model file.", e);
    }
  }
}

package dev.attune.training.serve;

import dev.attune.training.UserFault;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * A model file, whatever XGBoost can read, and its predictions as probabilities of labels. Safe for
 * all threads, one at a time: the native booster caches within a prediction.
 */
final class XgboostPredictor implements AutoCloseable {
  private static final List<String> FILES = List.of("model.ubj", "model.json");

  private final Booster booster;
  private final int width;
  private final int labels;
  private final int rounds;
  private final ReentrantLock lock = new ReentrantLock();

  private XgboostPredictor(Booster booster, int labels) throws XGBoostError {
    this.booster = booster;
    this.width = (int) booster.getNumFeature();
    this.labels = labels;
    String best = booster.getAttr("best_iteration");
    this.rounds = best == null ? 0 : Integer.parseInt(best) + 1;
  }

  /**
   * The model beside a manifest.
   *
   * @param labels of the manifest; two for a binary model, whose one number is the second's share
   */
  static XgboostPredictor load(Path dir, int labels) {
    Optional<Path> file = FILES.stream().map(dir::resolve).filter(Files::exists).findFirst();
    Path model =
        file.orElseThrow(
            () -> new UserFault("There is neither model.ubj nor model.json in " + dir + "."));
    try {
      byte[] bytes = Files.readAllBytes(model);
      return new XgboostPredictor(XGBoost.loadModel(new ByteArrayInputStream(bytes)), labels);
    } catch (XGBoostError | IOException e) {
      throw new UserFault("XGBoost can't read " + model + ".", e);
    }
  }

  int width() {
    return width;
  }

  int labels() {
    return labels;
  }

  /**
   * Row after row, a probability a label.
   *
   * @param rows of {@link #width} columns each, NaN being missing
   * @throws IllegalStateException when the model gives another number of values than labels
   */
  float[] predict(float[] rows) throws XGBoostError {
    int count = rows.length / width;
    float[][] predicted = predict(rows, count);
    float[] shares = new float[count * labels];
    for (int row = 0; row < count; row++) {
      float[] values = predicted[row];
      if (values.length == labels) {
        System.arraycopy(values, 0, shares, row * labels, labels);
      } else if (values.length == 1 && labels == 2) {
        shares[row * 2] = 1 - values[0];
        shares[row * 2 + 1] = values[0];
      } else {
        throw new IllegalStateException(
            "the model gives %d values a row for %d labels".formatted(values.length, labels));
      }
    }
    return shares;
  }

  private float[][] predict(float[] rows, int count) throws XGBoostError {
    DMatrix matrix = new DMatrix(rows, count, width, Float.NaN);
    lock.lock();
    try {
      return booster.predict(matrix, false, rounds);
    } finally {
      lock.unlock();
      matrix.dispose();
    }
  }

  @Override
  public void close() {
    booster.dispose();
  }
}

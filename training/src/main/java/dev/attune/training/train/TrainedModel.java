package dev.attune.training.train;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.Calibration;
import dev.attune.core.scoring.Encoding;
import dev.attune.core.scoring.FlatForest;
import dev.attune.core.scoring.ModelException;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import java.util.ArrayList;
import java.util.List;

/**
 * A trained model, not yet in a bundle.
 *
 * @param trees XGBoost's own file of them
 * @param forest the same, calibrated
 */
record TrainedModel(
    TrainedColumns columns, byte[] trees, FlatForest forest, Calibration calibration) {
  /**
   * Learns the columns, then the trees.
   *
   * @param phase what the user is told that this is for
   * @throws UserFault when there are less than two labels to tell apart
   */
  static TrainedModel fit(
      List<Example> examples,
      Playbook playbook,
      Hyperparameters chosen,
      String phase,
      Progress progress)
      throws ModelException {
    TrainedColumns columns = TrainedColumns.fit(examples, playbook, phase, progress);
    progress.phase(phase + ": trees", chosen.rounds());
    byte[] trees = TreeTrainer.train(columns, chosen, progress);
    Calibration calibration = calibration(columns, chosen.temperature());
    return new TrainedModel(
        columns, trees, FlatForest.read(trees).calibrated(calibration), calibration);
  }

  /** Weights say how much a label counts in training, not how often it comes: they are undone. */
  private static Calibration calibration(TrainedColumns columns, float temperature) {
    List<Float> biases = new ArrayList<>();
    if (columns.weights() != null) {
      for (float undone : columns.unweighted(new float[columns.labels().size()])) {
        biases.add(undone / temperature);
      }
    }
    return new Calibration(temperature, biases);
  }

  /** The temperature that suits these rows, of which the model has learned nothing. */
  float temperatureOf(List<Example> examples) {
    List<Temperature.Row> rows = new ArrayList<>();
    for (Example example : examples) {
      int truth = labels().indexOf(example.label());
      if (truth >= 0) {
        rows.add(
            new Temperature.Row(columns.unweighted(forest.margins(encode(example.row()))), truth));
      }
    }
    return Temperature.of(rows);
  }

  /** In the order of the probabilities. */
  List<String> labels() {
    return columns.labels();
  }

  TrainingMatrix matrix() {
    return columns.matrix();
  }

  /** The segments that it was trained on. */
  List<Encoding.Segment> segments() {
    return matrix().encodings().stream()
        .filter(Encoding.Segment.class::isInstance)
        .map(Encoding.Segment.class::cast)
        .toList();
  }

  float[] encode(FeatureRow row) {
    return matrix().encoder().encode(row);
  }

  float[] probabilities(FeatureRow row) {
    return forest.predict(forest.margins(encode(row)));
  }
}

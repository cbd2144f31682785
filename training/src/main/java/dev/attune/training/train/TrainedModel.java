package dev.attune.training.train;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.Blend;
import dev.attune.core.scoring.Calibration;
import dev.attune.core.scoring.Encoding;
import dev.attune.core.scoring.FlatForest;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.SentenceEncoder;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A trained model, not yet in a bundle.
 *
 * @param trees XGBoost's own file of them
 * @param forest the same, calibrated
 * @param blend how much the sentence model counts beside them
 */
record TrainedModel(
    TrainedColumns columns, byte[] trees, FlatForest forest, Calibration calibration, Blend blend) {
  /**
   * Learns the columns, then the trees.
   *
   * @param encoder of the messages; null: they aren't read
   * @param phase what the user is told that this is for
   * @throws UserFault when there are less than two labels to tell apart
   */
  static TrainedModel fit(
      List<Example> examples,
      Playbook playbook,
      @Nullable SentenceEncoder encoder,
      Hyperparameters chosen,
      String phase,
      Progress progress)
      throws ModelException {
    TrainedColumns columns =
        TrainedColumns.fit(examples, playbook, encoder, chosen.sentencePenalty(), phase, progress);
    progress.phase(phase + ": trees", chosen.rounds());
    byte[] trees = TreeTrainer.train(columns, chosen, progress);
    Calibration calibration = calibration(columns, chosen.temperature());
    return new TrainedModel(
        columns,
        trees,
        FlatForest.read(trees).calibrated(calibration),
        calibration,
        Blend.of(columns.matrix().encodings(), chosen.sentenceShare()));
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

  /** What suits these rows, of which the model has learned nothing. */
  Pooling poolingOf(List<Example> examples) {
    List<Pooling.Row> rows = new ArrayList<>();
    for (Example example : examples) {
      int truth = labels().indexOf(example.label());
      if (truth >= 0) {
        float[] encoded = encode(example.row());
        rows.add(new Pooling.Row(forest.margins(encoded), encoded, truth));
      }
    }
    return Pooling.of(columns, rows);
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
    float[] encoded = encode(row);
    return forest.predict(blend.apply(forest.margins(encoded), encoded));
  }

  /** Each column's part in a label's margin, the bias last. */
  float[] contributions(FeatureRow row, int label) {
    float[] encoded = encode(row);
    return blend.contributions(forest.contributions(encoded, label), encoded, label);
  }
}

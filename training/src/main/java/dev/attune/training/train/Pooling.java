package dev.attune.training.train;

import dev.attune.core.scoring.Blend;
import dev.attune.core.scoring.Encoding;
import java.util.List;

/**
 * How the sentence model and the trees are mixed, and how sure the mix may be. Both are chosen by
 * rows that neither has learned from: those with the least log loss. The loss falls and then rises
 * with the share, since it is convex in what both weigh. So steps of a tenth are fine enough.
 *
 * @param sentenceShare see {@link Blend}
 */
record Pooling(float temperature, float sentenceShare) {
  private static final int STEPS = 10;

  /**
   * @param margins of the trees, as trained
   * @param encoded the dense row
   * @param truth the right label's index
   */
  record Row(float[] margins, float[] encoded, int truth) {}

  static Pooling of(TrainedColumns columns, List<Row> rows) {
    List<Encoding> encodings = columns.matrix().encodings();
    boolean readsMessages = encodings.stream().anyMatch(Encoding.Sentence.class::isInstance);
    Pooling best = new Pooling(Temperature.of(mixed(columns, rows, 0)), 0);
    double least = Double.POSITIVE_INFINITY;
    for (int step = 0; readsMessages && step <= STEPS; step++) {
      float share = (float) step / STEPS;
      List<Temperature.Row> mixed = mixed(columns, rows, share);
      float temperature = Temperature.of(mixed);
      double loss = Temperature.loss(mixed, 1 / temperature);
      if (loss < least) {
        least = loss;
        best = new Pooling(temperature, share);
      }
    }
    return best;
  }

  /** The mean log loss of the trees alone, as they are. */
  static double loss(TrainedColumns columns, List<Row> rows) {
    return Temperature.loss(mixed(columns, rows, 0), 1);
  }

  private static List<Temperature.Row> mixed(TrainedColumns columns, List<Row> rows, float share) {
    Blend blend = Blend.of(columns.matrix().encodings(), share);
    return rows.stream()
        .map(
            row ->
                new Temperature.Row(
                    columns.unweighted(blend.apply(row.margins(), row.encoded())), row.truth()))
        .toList();
  }
}

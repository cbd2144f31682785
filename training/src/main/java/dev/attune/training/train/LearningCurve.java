package dev.attune.training.train;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.SentenceEncoder;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What more events would bring: the quality of models of the newest tenth and third of the older
 * examples, and of all of them, on the same newer ones.
 */
record LearningCurve(List<Point> points) {
  private static final double[] SHARES = {0.1, 0.33};
  private static final int LEAST_ROWS = 100;

  /**
   * A model.
   *
   * @param rows that it learned from
   */
  record Point(int rows, double top1, double logLoss) {}

  /**
   * @param whole the model of all older examples
   */
  static LearningCurve of(
      TimeSplit split,
      QualityMetrics whole,
      Playbook playbook,
      @Nullable SentenceEncoder encoder,
      Hyperparameters chosen,
      Progress progress)
      throws ModelException {
    List<Point> points = new ArrayList<>();
    for (double share : SHARES) {
      int rows = (int) (split.older().size() * share);
      if (rows >= LEAST_ROWS) {
        List<Example> part =
            split.older().subList(split.older().size() - rows, split.older().size());
        try {
          TrainedModel model =
              TrainedModel.fit(part, playbook, encoder, chosen, "learning curve", progress);
          QualityMetrics metrics = QualityMetrics.of(model, part, split.newer());
          points.add(new Point(rows, metrics.top1(), metrics.logLoss()));
        } catch (UserFault e) {
          progress.note("Of %,d rows no model can be made: %s".formatted(rows, e.getMessage()));
        }
      }
    }
    points.add(new Point(split.older().size(), whole.top1(), whole.logLoss()));
    return new LearningCurve(List.copyOf(points));
  }
}

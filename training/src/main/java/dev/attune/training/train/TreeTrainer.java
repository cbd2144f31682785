package dev.attune.training.train;

import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import ml.dmlc.xgboost4j.java.Booster;
import ml.dmlc.xgboost4j.java.DMatrix;
import ml.dmlc.xgboost4j.java.XGBoost;
import ml.dmlc.xgboost4j.java.XGBoostError;
import org.jspecify.annotations.Nullable;

/** Trains the trees with XGBoost. */
final class TreeTrainer implements AutoCloseable {
  private static final int THREADS = 2;

  private final TrainedColumns columns;
  private final Hyperparameters settings;
  private final DMatrix rows;
  private final float[][] encoded;
  private final @Nullable DMatrix newer;
  private final Booster booster;

  /** Grows the first round. */
  private TreeTrainer(TrainedColumns columns, List<Example> newer, Hyperparameters settings)
      throws XGBoostError {
    this.columns = columns;
    this.settings = settings;
    this.rows = rows(columns);
    this.encoded =
        newer.stream()
            .map(example -> columns.matrix().encoder().encode(example.row()))
            .toArray(float[][]::new);
    this.newer = newer.isEmpty() ? null : rows(encoded, columns.matrix().width());
    this.booster = XGBoost.train(rows, parameters(), 1, Map.of(), null, null);
  }

  /** The trained model as UBJSON. */
  static byte[] train(TrainedColumns columns, Hyperparameters settings, Progress progress) {
    try (TreeTrainer trainer = new TreeTrainer(columns, List.of(), settings)) {
      for (int round = 1; round < settings.rounds(); round++) {
        trainer.booster.update(trainer.rows, round);
        progress.at(round + 1L);
      }
      return trainer.booster.toByteArray("ubj");
    } catch (XGBoostError e) {
      throw failed(e);
    }
  }

  /**
   * What settings came to on rows that they had not learned from.
   *
   * @param chosen with the rounds of the least loss, and the temperature and the sentence model's
   *     share that suit the rows
   * @param loss that log loss, uncalibrated, of the trees alone
   */
  record Trial(Hyperparameters chosen, double loss) {}

  /**
   * Trains, and looks at newer rows after each round.
   *
   * @param newer examples of the columns' labels
   * @param patience rounds without a lower loss after which it ends; 0: all rounds are tried
   */
  static Trial trial(
      TrainedColumns columns,
      List<Example> newer,
      Hyperparameters settings,
      int patience,
      Progress progress) {
    try (TreeTrainer trainer = new TreeTrainer(columns, newer, settings)) {
      return trainer.trial(newer, patience, progress);
    } catch (XGBoostError e) {
      throw failed(e);
    }
  }

  private Trial trial(List<Example> examples, int patience, Progress progress) throws XGBoostError {
    List<Pooling.Row> best = margins(examples);
    double least = Pooling.loss(columns, best);
    int bestRounds = 1;
    for (int round = 1; round < settings.rounds(); round++) {
      booster.update(rows, round);
      progress.at(round + 1L);
      List<Pooling.Row> now = margins(examples);
      double loss = Pooling.loss(columns, now);
      if (patience == 0 || loss < least) {
        least = loss;
        best = now;
        bestRounds = round + 1;
      } else if (round + 1 - bestRounds >= patience) {
        break;
      }
    }
    Pooling pooling = Pooling.of(columns, best);
    return new Trial(
        new Hyperparameters(bestRounds, settings.parameters(), 1, 0, settings.sentencePenalty())
            .with(pooling),
        least);
  }

  private List<Pooling.Row> margins(List<Example> examples) throws XGBoostError {
    // adds the last round's trees to what it gave before
    float[][] margins = booster.predict(newer, true);
    List<Pooling.Row> all = new ArrayList<>(margins.length);
    for (int i = 0; i < margins.length; i++) {
      int truth = columns.labels().indexOf(examples.get(i).label());
      all.add(new Pooling.Row(margins[i], encoded[i], truth));
    }
    return all;
  }

  private Map<String, Object> parameters() {
    Map<String, Object> parameters = new HashMap<>(settings.parameters());
    parameters.put("objective", "multi:softprob");
    parameters.put("num_class", columns.labels().size());
    parameters.putIfAbsent("nthread", THREADS);
    parameters.putIfAbsent("seed", 1);
    parameters.putIfAbsent("verbosity", 0);
    return parameters;
  }

  private static DMatrix rows(TrainedColumns columns) throws XGBoostError {
    TrainingMatrix matrix = columns.matrix();
    int count = matrix.labels().length;
    DMatrix rows = new DMatrix(matrix.values(), count, matrix.width(), Float.NaN);
    float[] labels = new float[count];
    for (int i = 0; i < count; i++) {
      labels[i] = matrix.labels()[i];
    }
    rows.setLabel(labels);
    float[] ofLabels = columns.weights();
    if (ofLabels != null) {
      float[] weights = new float[count];
      for (int i = 0; i < count; i++) {
        weights[i] = ofLabels[matrix.labels()[i]];
      }
      rows.setWeight(weights);
    }
    return rows;
  }

  private static DMatrix rows(float[][] encoded, int width) throws XGBoostError {
    float[] values = new float[encoded.length * width];
    for (int i = 0; i < encoded.length; i++) {
      System.arraycopy(encoded[i], 0, values, i * width, width);
    }
    return new DMatrix(values, encoded.length, width, Float.NaN);
  }

  /** Of XGBoost's text the first line, without the time and the place in its source. */
  private static UserFault failed(XGBoostError e) {
    String first =
        String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("no reason given");
    String reason = first.replaceFirst("^\\[[0-9:]+\\] \\S+:\\d+: ", "").replaceFirst("\\.$", "");
    return new UserFault(
        "XGBoost can't train with what training.yaml says under `xgboost`. It says: %s."
            .formatted(reason),
        e);
  }

  @Override
  public void close() {
    booster.dispose();
    rows.dispose();
    if (newer != null) {
      newer.dispose();
    }
  }
}

package dev.attune.training.train;

import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.feature.TokenBag;
import dev.attune.core.scoring.Encoding;
import dev.attune.core.scoring.RowEncoder;
import dev.attune.core.scoring.TextModel;
import dev.attune.core.scoring.TrainingSpec;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Learns the encodings of features.
 *
 * <p>Columns that are made from labels (text scores, target shares) look better on the rows they
 * were learned from than on new ones, and trees would lean on them too much. So the trees see, for
 * each row, what was learned from the other folds; a user's rows share a fold.
 */
final class Fitter {
  private static final int THREADS = 2;
  private static final int ONE_HOT_VALUES = 30;
  private static final int ONE_HOT_ROWS = 10;

  /** Pseudo-rows that pull a value's shares towards the overall ones. */
  private static final float SMOOTHING = 10;

  private final List<LabelledRow> rows;
  private final List<String> labelNames;
  private final int[] labels;
  private final TrainingSpec spec;
  private final int[] all;

  Fitter(List<LabelledRow> rows, List<String> labelNames, TrainingSpec spec) {
    this.rows = rows;
    this.labelNames = labelNames;
    this.labels = rows.stream().mapToInt(row -> labelNames.indexOf(row.label())).toArray();
    this.spec = spec;
    this.all = IntStream.range(0, rows.size()).toArray();
  }

  Fitted fit(FeatureSet features) {
    List<Encoding> encodings = new ArrayList<>();
    Map<String, TextTrainer> trainers = new HashMap<>();
    for (FeatureColumn column : features.columns()) {
      Encoding encoding = encoding(column, trainers);
      if (encoding != null) {
        encodings.add(encoding);
      }
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      return fit(encodings, trainers, threads);
    }
  }

  private @Nullable Encoding encoding(FeatureColumn column, Map<String, TextTrainer> trainers) {
    return switch (spec.encoding(column)) {
      case NONE -> null;
      case NUMBER -> new Encoding.Number(column.name(), column.index());
      case ONE_HOT -> new Encoding.OneHot(column.name(), column.index(), frequent(column));
      case FREQUENCY -> new Encoding.Frequency(column.name(), column.index(), shares(column));
      case TARGET -> target(column, all);
      case TEXT -> {
        String file = "text-" + column.name().replaceAll("[^A-Za-z0-9_-]", "_") + ".weights";
        List<TokenBag> bags = rows.stream().map(r -> r.row().tokens()[column.index()]).toList();
        trainers.put(file, new TextTrainer(bags, labelNames.size(), spec.text()));
        yield new Encoding.Text(column.name(), column.index(), file, labelNames);
      }
    };
  }

  private Fitted fit(
      List<Encoding> encodings, Map<String, TextTrainer> trainers, ExecutorService threads) {
    Map<String, Future<TextModel>> whole = new LinkedHashMap<>();
    trainers.forEach(
        (file, trainer) -> whole.put(file, threads.submit(() -> trainer.train(all, labels, 1))));
    List<Future<?>> folds = new ArrayList<>();
    float[][] matrix = new float[rows.size()][];
    Map<String, TextModel> texts = new LinkedHashMap<>();
    whole.forEach((file, model) -> texts.put(file, result(model)));
    RowEncoder encoder = new RowEncoder(encodings, texts);
    for (int i = 0; i < matrix.length; i++) {
      matrix[i] = encoder.encode(rows.get(i).row());
    }
    for (int fold = 0; fold < spec.text().folds(); fold++) {
      int number = fold;
      folds.add(threads.submit(() -> outOfFold(number, encodings, trainers, matrix)));
    }
    folds.forEach(Fitter::result);
    return new Fitted(encodings, texts, encoder, flat(matrix, encoder.width()), labels);
  }

  private static <T> T result(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while training", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Replaces what was learned from labels, in the rows of one fold. */
  private void outOfFold(
      int fold, List<Encoding> encodings, Map<String, TextTrainer> trainers, float[][] matrix) {
    int[] inside = IntStream.of(all).filter(row -> fold(row) == fold).toArray();
    int[] outside = IntStream.of(all).filter(row -> fold(row) != fold).toArray();
    int at = 0;
    for (Encoding encoding : encodings) {
      switch (encoding) {
        case Encoding.Text text -> {
          TextTrainer trainer = java.util.Objects.requireNonNull(trainers.get(text.file()));
          TextModel model = trainer.train(outside, labels, 2 + fold);
          for (int row : inside) {
            float[] scores = model.score(rows.get(row).row().tokens()[text.index()]);
            System.arraycopy(scores, 0, matrix[row], at, scores.length);
          }
        }
        case Encoding.Target target -> {
          FeatureColumn column =
              new FeatureColumn(
                  target.feature(), dev.attune.core.feature.ColumnKind.CATEGORY, target.index());
          RowEncoder learned = new RowEncoder(List.of(target(column, outside)), Map.of());
          for (int row : inside) {
            float[] shares = learned.encode(rows.get(row).row());
            System.arraycopy(shares, 0, matrix[row], at, shares.length);
          }
        }
        case Encoding.Number _, Encoding.OneHot _, Encoding.Frequency _ -> {}
      }
      at += encoding.columns().size();
    }
  }

  private int fold(int row) {
    int hash = rows.get(row).userId().hashCode() * 0x9E3779B1;
    return Math.floorMod(hash >>> 8, spec.text().folds());
  }

  private Map<String, Integer> counts(FeatureColumn column) {
    Map<String, Integer> counts = new TreeMap<>();
    for (LabelledRow row : rows) {
      String value = row.row().categories()[column.index()];
      if (value != null) {
        counts.merge(value, 1, Integer::sum);
      }
    }
    return counts;
  }

  private List<String> frequent(FeatureColumn column) {
    return counts(column).entrySet().stream()
        .filter(entry -> entry.getValue() >= Math.min(ONE_HOT_ROWS, 1 + rows.size() / 100))
        .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder()))
        .limit(ONE_HOT_VALUES)
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  private Map<String, Float> shares(FeatureColumn column) {
    Map<String, Float> shares = new TreeMap<>();
    counts(column).forEach((value, count) -> shares.put(value, count / (float) rows.size()));
    return shares;
  }

  private Encoding.Target target(FeatureColumn column, int[] from) {
    float[] prior = new float[labelNames.size()];
    Map<String, float[]> seen = new TreeMap<>();
    for (int row : from) {
      prior[labels[row]]++;
      String value = rows.get(row).row().categories()[column.index()];
      if (value != null) {
        seen.computeIfAbsent(value, v -> new float[prior.length])[labels[row]]++;
      }
    }
    for (int c = 0; c < prior.length; c++) {
      prior[c] /= Math.max(1, from.length);
    }
    Map<String, List<Float>> shares = new TreeMap<>();
    seen.forEach((value, counts) -> shares.put(value, smoothed(counts, prior)));
    return new Encoding.Target(column.name(), column.index(), labelNames, boxed(prior), shares);
  }

  private static List<Float> smoothed(float[] counts, float[] prior) {
    float total = SMOOTHING;
    for (float count : counts) {
      total += count;
    }
    float[] shares = new float[counts.length];
    for (int c = 0; c < shares.length; c++) {
      shares[c] = (counts[c] + SMOOTHING * prior[c]) / total;
    }
    return boxed(shares);
  }

  private static List<Float> boxed(float[] values) {
    List<Float> list = new ArrayList<>(values.length);
    for (float value : values) {
      list.add(value);
    }
    return list;
  }

  private static float[] flat(float[][] rows, int width) {
    float[] flat = new float[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * width, width);
    }
    return flat;
  }
}

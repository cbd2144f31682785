package dev.attune.training.train;

import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.feature.TokenBag;
import dev.attune.core.scoring.Encoding;
import dev.attune.core.scoring.RowEncoder;
import dev.attune.core.scoring.RowEncoder.Sentences;
import dev.attune.core.scoring.SentenceEncoder;
import dev.attune.core.scoring.TextModel;
import dev.attune.core.scoring.TrainingSpec;
import dev.attune.core.segment.SegmentSet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Learns how features become columns, and encodes the examples.
 *
 * <p>Columns that are made from labels (text scores, target shares) look better on the rows they
 * were learned from than on new ones, and trees would lean on them too much. So the trees see, for
 * each row, what was learned from the other folds; a user's rows share a fold.
 */
final class EncodingFitter {
  private static final int THREADS = 2;

  private final List<Example> examples;
  private final List<String> labelNames;
  private final int[] labels;
  private final int[] all;
  private final TrainingSpec spec;
  private final CategoryEncodings categories;
  private final Map<String, TextTrainer> trainers = new LinkedHashMap<>();
  private final @Nullable SentenceEncoder encoder;
  private final @Nullable SentenceTrainer sentences;
  private final double penalty;

  /**
   * @param encoder of the messages; null: they aren't read
   * @param penalty of the sentence model's weights
   */
  EncodingFitter(
      List<Example> examples,
      List<String> labelNames,
      TrainingSpec spec,
      @Nullable SentenceEncoder encoder,
      double penalty) {
    this.examples = examples;
    this.labelNames = labelNames;
    this.labels = examples.stream().mapToInt(e -> labelNames.indexOf(e.label())).toArray();
    this.all = IntStream.range(0, examples.size()).toArray();
    this.spec = spec;
    this.categories = new CategoryEncodings(examples, labelNames, labels);
    this.encoder = encoder;
    this.penalty = penalty;
    this.sentences =
        encoder == null || examples.stream().allMatch(e -> e.row().message() == null)
            ? null
            : new SentenceTrainer(
                examples,
                labels,
                labelNames.size(),
                encoder,
                TrainedColumns.weights(spec, labels, labelNames.size()));
  }

  TrainingMatrix fit(FeatureSet features, SegmentSet segments) {
    List<Encoding> encodings = new ArrayList<>();
    for (FeatureColumn column : features.columns()) {
      Encoding encoding = encoding(column);
      if (encoding != null) {
        encodings.add(encoding);
      }
    }
    encodings.addAll(encodings(segments, spec));
    if (encoder != null && sentences != null) {
      encodings.add(Encoding.Sentence.of(SentenceTrainer.FILE, encoder.id(), labelNames));
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      Future<Sentences> reading = threads.submit(() -> sentences(all));
      Map<String, TextModel> texts = texts(threads);
      Sentences sentenceModels = result(reading);
      RowEncoder encoder = new RowEncoder(encodings, texts, sentenceModels);
      float[][] rows = examples.stream().map(e -> encoder.encode(e.row())).toArray(float[][]::new);
      replaceByFold(encodings, rows, threads);
      return new TrainingMatrix(
          encodings, texts, sentenceModels.models(), encoder, flat(rows, encoder.width()), labels);
    }
  }

  private Sentences sentences(int[] from) {
    return sentences == null
        ? Sentences.NONE
        : new Sentences(Map.of(SentenceTrainer.FILE, sentences.train(from, penalty)), encoder);
  }

  /** The columns of the segments, which nothing is learned for. */
  static List<Encoding.Segment> encodings(SegmentSet segments, TrainingSpec spec) {
    List<Encoding.Segment> encodings = new ArrayList<>();
    List<String> names = segments.names();
    for (int i = 0; i < names.size(); i++) {
      if (spec.encoding(names.get(i)) != TrainingSpec.Column.NONE) {
        encodings.add(Encoding.Segment.of(names.get(i), i, segments.definitions().get(i)));
      }
    }
    return encodings;
  }

  private @Nullable Encoding encoding(FeatureColumn column) {
    return switch (spec.encoding(column)) {
      case NONE, MEMBER -> null;
      case NUMBER -> new Encoding.Number(column.name(), column.index());
      case ONE_HOT -> categories.oneHot(column);
      case FREQUENCY -> categories.frequency(column);
      case TARGET -> categories.target(column.name(), column.index(), all);
      case TEXT -> text(column);
    };
  }

  private Encoding text(FeatureColumn column) {
    String file = "text-" + column.name().replaceAll("[^A-Za-z0-9_-]", "_") + ".weights";
    List<TokenBag> bags = examples.stream().map(e -> e.row().tokens()[column.index()]).toList();
    trainers.put(file, new TextTrainer(bags, labelNames.size(), spec.text()));
    return new Encoding.Text(column.name(), column.index(), file, labelNames);
  }

  /** The text models of all rows, by file. */
  private Map<String, TextModel> texts(ExecutorService threads) {
    Map<String, Future<TextModel>> training = new LinkedHashMap<>();
    trainers.forEach(
        (file, trainer) -> training.put(file, threads.submit(() -> trainer.train(all, labels, 1))));
    Map<String, TextModel> texts = new LinkedHashMap<>();
    training.forEach((file, model) -> texts.put(file, result(model)));
    return texts;
  }

  /** Replaces what was learned from labels by what the other folds teach. */
  private void replaceByFold(List<Encoding> encodings, float[][] rows, ExecutorService threads) {
    List<Future<?>> folds = new ArrayList<>();
    for (int fold = 0; fold < spec.text().folds(); fold++) {
      int number = fold;
      folds.add(threads.submit(() -> replace(number, encodings, rows)));
    }
    folds.forEach(EncodingFitter::result);
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

  private void replace(int fold, List<Encoding> encodings, float[][] rows) {
    int[] inside = IntStream.of(all).filter(row -> fold(row) == fold).toArray();
    int[] outside = IntStream.of(all).filter(row -> fold(row) != fold).toArray();
    int at = 0;
    for (Encoding encoding : encodings) {
      RowEncoder learned = learned(encoding, outside, fold);
      if (learned != null) {
        for (int row : inside) {
          float[] columns = learned.encode(examples.get(row).row());
          System.arraycopy(columns, 0, rows[row], at, columns.length);
        }
      }
      at += encoding.columns().size();
    }
  }

  /** The encoding learned from some rows; null when it doesn't depend on labels. */
  private @Nullable RowEncoder learned(Encoding encoding, int[] from, int fold) {
    return switch (encoding) {
      case Encoding.Text text -> {
        String file = Objects.requireNonNull(text.file());
        TextTrainer trainer = Objects.requireNonNull(trainers.get(file));
        yield new RowEncoder(List.of(text), Map.of(file, trainer.train(from, labels, 2 + fold)));
      }
      case Encoding.Sentence sentence ->
          new RowEncoder(List.of(sentence), Map.of(), sentences(from));
      case Encoding.Target target -> {
        Encoding.Target fresh = categories.target(target.feature(), target.index(), from);
        yield new RowEncoder(List.of(fresh), Map.of());
      }
      case Encoding.Number _, Encoding.OneHot _, Encoding.Frequency _, Encoding.Segment _ -> null;
    };
  }

  private int fold(int row) {
    int hash = examples.get(row).userId().hashCode() * 0x9E3779B1;
    return Math.floorMod(hash >>> 8, spec.text().folds());
  }

  private static float[] flat(float[][] rows, int width) {
    float[] flat = new float[rows.length * width];
    for (int i = 0; i < rows.length; i++) {
      System.arraycopy(rows[i], 0, flat, i * width, width);
    }
    return flat;
  }
}

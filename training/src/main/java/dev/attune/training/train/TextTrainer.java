package dev.attune.training.train;

import dev.attune.core.feature.TokenBag;
import dev.attune.core.scoring.TextModel;
import dev.attune.core.scoring.TrainingSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Fits a {@link TextModel}: multinomial logistic regression by stochastic gradient descent, with
 * Adagrad's step for each weight: {@code w −= rate · g / √Σg²}, {@code g = (share − truth) · x +
 * decay · w}.
 *
 * <p>{@code idf = ln((1 + rows) / (1 + rows with the bucket)) + 1}; buckets in fewer rows than
 * asked weigh 0. One instance serves all folds: the texts are prepared once, training keeps its
 * state to itself.
 */
final class TextTrainer {
  private static final float EPSILON = 1e-8f;

  private final TrainingSpec.Text settings;
  private final int classes;
  private final float[] idf;
  private final int[] bucketOf;
  private final int[][] features;
  private final float[][] values;

  TextTrainer(List<TokenBag> bags, int classes, TrainingSpec.Text settings) {
    this.settings = settings;
    this.classes = classes;
    int buckets = 1 << settings.bits();
    int[] rows = new int[buckets];
    for (TokenBag bag : bags) {
      IntStream.of(bag.hashes())
          .map(hash -> TextModel.bucket(hash, settings.bits()))
          .distinct()
          .forEach(bucket -> rows[bucket]++);
    }
    idf = new float[buckets];
    for (int b = 0; b < buckets; b++) {
      idf[b] =
          rows[b] < settings.minRows()
              ? 0
              : (float) (Math.log((1.0 + bags.size()) / (1.0 + rows[b])) + 1);
    }
    bucketOf = IntStream.range(0, buckets).filter(b -> idf[b] > 0).toArray();
    int[] featureOf = new int[buckets];
    for (int f = 0; f < bucketOf.length; f++) {
      featureOf[bucketOf[f]] = f;
    }
    features = new int[bags.size()][];
    values = new float[bags.size()][];
    for (int i = 0; i < features.length; i++) {
      prepare(i, bags.get(i), featureOf);
    }
  }

  private void prepare(int row, TokenBag bag, int[] featureOf) {
    int[] found = new int[bag.size()];
    float[] weights = new float[bag.size()];
    int count = 0;
    double sum = 0;
    for (int i = 0; i < bag.size(); i++) {
      int bucket = TextModel.bucket(bag.hashes()[i], settings.bits());
      float weight = TextModel.weight(bag.counts()[i], idf[bucket]);
      if (weight > 0) {
        found[count] = featureOf[bucket];
        weights[count++] = weight;
        sum += weight * weight;
      }
    }
    features[row] = Arrays.copyOf(found, count);
    values[row] = Arrays.copyOf(weights, count);
    for (int i = 0; i < count; i++) {
      values[row][i] /= (float) Math.sqrt(sum);
    }
  }

  /** Learns from the given rows. */
  TextModel train(int[] rows, int[] labels, long seed) {
    float[] bias = prior(rows, labels);
    float[] weights = new float[bucketOf.length * classes];
    float[] squares = new float[weights.length];
    float[] biasSquares = new float[classes];
    float[] error = new float[classes];
    int[] order = rows.clone();
    Random random = new Random(seed);
    for (int epoch = 0; epoch < settings.epochs(); epoch++) {
      shuffle(order, random);
      for (int row : order) {
        if (features[row].length > 0) {
          shares(row, bias, weights, error);
          error[labels[row]] -= 1;
          learn(row, error, weights, squares);
          step(bias, biasSquares, 0, error, 1, (float) settings.rate(), 0);
        }
      }
    }
    return TextModel.of(settings.bits(), bias, idf, spread(weights));
  }

  private void learn(int row, float[] error, float[] weights, float[] squares) {
    int[] found = features[row];
    for (int i = 0; i < found.length; i++) {
      step(
          weights,
          squares,
          found[i] * classes,
          error,
          values[row][i],
          (float) settings.rate(),
          (float) settings.decay());
    }
  }

  private static void step(
      float[] weights, float[] squares, int at, float[] error, float x, float rate, float decay) {
    for (int c = 0; c < error.length; c++) {
      float gradient = error[c] * x + decay * weights[at + c];
      float square = squares[at + c] + gradient * gradient;
      squares[at + c] = square;
      weights[at + c] -= rate * gradient / ((float) Math.sqrt(square) + EPSILON);
    }
  }

  private void shares(int row, float[] bias, float[] weights, float[] out) {
    System.arraycopy(bias, 0, out, 0, classes);
    int[] found = features[row];
    for (int i = 0; i < found.length; i++) {
      float x = values[row][i];
      int at = found[i] * classes;
      for (int c = 0; c < out.length; c++) {
        out[c] += x * weights[at + c];
      }
    }
    float max = Float.NEGATIVE_INFINITY;
    for (float score : out) {
      max = Math.max(max, score);
    }
    float sum = 0;
    for (int c = 0; c < out.length; c++) {
      out[c] = (float) Math.exp(out[c] - max);
      sum += out[c];
    }
    for (int c = 0; c < out.length; c++) {
      out[c] /= sum;
    }
  }

  /** Each class starts at the logarithm of its share. */
  private float[] prior(int[] rows, int[] labels) {
    float[] counts = new float[classes];
    Arrays.fill(counts, 1);
    for (int row : rows) {
      counts[labels[row]]++;
    }
    for (int c = 0; c < classes; c++) {
      counts[c] = (float) Math.log(counts[c] / (rows.length + classes));
    }
    return counts;
  }

  /** From the buckets in use to all of them. */
  private float[] spread(float[] weights) {
    float[] all = new float[idf.length * classes];
    for (int f = 0; f < bucketOf.length; f++) {
      System.arraycopy(weights, f * classes, all, bucketOf[f] * classes, classes);
    }
    return all;
  }

  private static void shuffle(int[] order, Random random) {
    for (int i = order.length - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
  }
}

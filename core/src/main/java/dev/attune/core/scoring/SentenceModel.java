package dev.attune.core.scoring;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A linear model of an encoded message: multinomial logistic regression over the encoder's numbers.
 * The score of a class is {@code bias + Σ number · w(class)}, given as the logarithm of its softmax
 * share. Equal numbers give equal scores to the bit on every machine. Immutable and safe for all
 * threads.
 */
public final class SentenceModel {
  private static final int MAGIC = 0x41545331;
  private static final int HEAD = 12;
  private static final int MAX_DIMENSIONS = 10_000;
  private static final int MAX_CLASSES = 10_000;

  private final float[] bias;
  private final float[] weights;
  private final int dimensions;

  /**
   * @param weights by class, then dimension
   */
  public SentenceModel(float[] bias, float[] weights) {
    if (bias.length == 0 || weights.length % bias.length != 0) {
      throw new IllegalArgumentException("the weights are no rows of equal length");
    }
    this.bias = bias.clone();
    this.weights = weights.clone();
    this.dimensions = weights.length / bias.length;
  }

  public int classes() {
    return bias.length;
  }

  public int dimensions() {
    return dimensions;
  }

  /** Writes the log shares into {@code out} from {@code at}. */
  void score(float[] numbers, float[] out, int at) {
    if (numbers.length != dimensions) {
      throw new IllegalArgumentException(
          "%d numbers for a model of %d".formatted(numbers.length, dimensions));
    }
    for (int c = 0; c < bias.length; c++) {
      float sum = bias[c];
      int row = c * dimensions;
      for (int d = 0; d < dimensions; d++) {
        sum += numbers[d] * weights[row + d];
      }
      out[at + c] = sum;
    }
    TextModel.logShares(out, at, bias.length);
  }

  /** The log shares of an encoded message's classes. */
  public float[] score(float[] numbers) {
    float[] out = new float[bias.length];
    score(numbers, out, 0);
    return out;
  }

  /** Writes the model to a file, big-endian. */
  public void write(Path file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(HEAD + Float.BYTES * (bias.length + weights.length));
    bytes.putInt(MAGIC).putInt(dimensions).putInt(bias.length);
    bytes.asFloatBuffer().put(bias).put(weights);
    Files.write(file, bytes.array());
  }

  private static boolean finite(float[] values) {
    for (float value : values) {
      if (!Float.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads what {@link #write} wrote.
   *
   * @throws ModelException when it is something else
   */
  public static SentenceModel read(Path file) throws IOException, ModelException {
    ByteBuffer bytes = ByteBuffer.wrap(BundleFiles.model(file));
    if (bytes.remaining() < HEAD || bytes.getInt() != MAGIC) {
      throw new ModelException(file.getFileName() + " is not a sentence model.");
    }
    int dimensions = bytes.getInt();
    int classes = bytes.getInt();
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS || classes < 1 || classes > MAX_CLASSES) {
      throw new ModelException(file.getFileName() + " is not a sentence model.");
    }
    if (bytes.remaining() != Float.BYTES * (classes + (long) classes * dimensions)) {
      throw new ModelException(file.getFileName() + " is damaged.");
    }
    float[] bias = new float[classes];
    float[] weights = new float[classes * dimensions];
    bytes.asFloatBuffer().get(bias).get(weights);
    if (!finite(bias) || !finite(weights)) {
      throw new ModelException(file.getFileName() + " has a weight that is not a number.");
    }
    return new SentenceModel(bias, weights);
  }
}

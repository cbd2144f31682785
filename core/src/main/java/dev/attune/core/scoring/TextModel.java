package dev.attune.core.scoring;

import dev.attune.core.feature.TokenBag;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * A linear model of text: multinomial logistic regression over hashed tokens.
 *
 * <p>A token's bucket is its hash scattered to {@code bits} bits. Its weight in a text is {@code (1
 * + ln count) · idf(bucket)}, the text's weights scaled to length 1. The score of a class is {@code
 * bias + Σ weight · w(bucket, class)}, given as the logarithm of its softmax share. Functions come
 * from {@link StrictMath}: a bundle's self-check must hold on every machine to the bit.
 *
 * @param idf by bucket
 * @param weights by bucket, then class
 */
public record TextModel(int bits, float[] bias, float[] idf, float[] weights) {
  private static final int MAGIC = 0x41545854;
  private static final int MAX_BITS = 22;
  private static final int MAX_CLASSES = 10_000;

  public int classes() {
    return bias.length;
  }

  /** The bucket of a token's hash. */
  public static int bucket(int hash, int bits) {
    return hash * 0x9E3779B1 >>> 32 - bits;
  }

  /** A token's share in its text before scaling. */
  public static float weight(int count, float idf) {
    return count == 1 ? idf : (1 + (float) StrictMath.log(count)) * idf;
  }

  /** Writes the log shares into {@code out} from {@code at}; all missing for an empty text. */
  void score(TokenBag bag, float[] out, int at) {
    int classes = classes();
    float norm = norm(bag);
    if (norm == 0) {
      Arrays.fill(out, at, at + classes, Float.NaN);
      return;
    }
    System.arraycopy(bias, 0, out, at, classes);
    for (int i = 0; i < bag.hashes().length; i++) {
      int bucket = bucket(bag.hashes()[i], bits);
      float weight = weight(bag.counts()[i], idf[bucket]) / norm;
      if (weight != 0) {
        int row = bucket * classes;
        for (int c = 0; c < classes; c++) {
          out[at + c] += weight * weights[row + c];
        }
      }
    }
    logShares(out, at, classes);
  }

  /** The log shares of a text's classes. */
  public float[] score(TokenBag bag) {
    float[] out = new float[classes()];
    score(bag, out, 0);
    return out;
  }

  private float norm(TokenBag bag) {
    float sum = 0;
    for (int i = 0; i < bag.hashes().length; i++) {
      float weight = weight(bag.counts()[i], idf[bucket(bag.hashes()[i], bits)]);
      sum += weight * weight;
    }
    return (float) Math.sqrt(sum);
  }

  private static void logShares(float[] out, int at, int classes) {
    float max = Float.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      max = Math.max(max, out[at + c]);
    }
    double sum = 0;
    for (int c = 0; c < classes; c++) {
      sum += StrictMath.exp(out[at + c] - max);
    }
    float log = max + (float) StrictMath.log(sum);
    for (int c = 0; c < classes; c++) {
      out[at + c] -= log;
    }
  }

  /** Writes the model to a file, big-endian. */
  public void write(Path file) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
      out.writeInt(MAGIC);
      out.writeInt(bits);
      out.writeInt(classes());
      for (float[] part : new float[][] {bias, idf, weights}) {
        ByteBuffer bytes = ByteBuffer.allocate(part.length * Float.BYTES);
        bytes.asFloatBuffer().put(part);
        out.write(bytes.array());
      }
    }
  }

  /** Reads what {@link #write} wrote. */
  public static TextModel read(Path file) throws IOException, ModelException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      int magic = in.readInt();
      int bits = in.readInt();
      int classes = in.readInt();
      if (magic != MAGIC || bits < 1 || bits > MAX_BITS || classes < 1 || classes > MAX_CLASSES) {
        throw new ModelException(file.getFileName() + " is not a text model.");
      }
      int buckets = 1 << bits;
      return new TextModel(
          bits,
          floats(in, classes),
          floats(in, buckets),
          floats(in, Math.multiplyExact(buckets, classes)));
    } catch (ArithmeticException e) {
      throw new ModelException(file.getFileName() + " is too large.", e);
    }
  }

  private static float[] floats(DataInputStream in, int count) throws IOException {
    float[] values = new float[count];
    byte[] chunk = new byte[1 << 16];
    for (int at = 0; at < count; ) {
      int floats = Math.min(count - at, chunk.length / Float.BYTES);
      in.readFully(chunk, 0, floats * Float.BYTES);
      ByteBuffer.wrap(chunk).asFloatBuffer().get(values, at, floats);
      at += floats;
    }
    return values;
  }
}

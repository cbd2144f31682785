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
 * <p>Most buckets never had a token, and a bucket without idf weighs nothing, so only the others
 * are kept, here and in the file: {@code places} leads from a bucket to its row. That is a fourth
 * of the memory with 18 bits and some 20,000 texts. Immutable and safe for all threads.
 */
public final class TextModel {
  private static final int DENSE = 0x41545854;
  private static final int SPARSE = 0x41545832;
  private static final int MAX_BITS = 22;
  private static final int MAX_CLASSES = 10_000;
  private static final int NOWHERE = -1;
  private static final int DENSE_HEAD = 12;
  private static final int SPARSE_HEAD = 16;

  private final int bits;
  private final float[] bias;
  private final int[] places;
  private final float[] idf;
  private final float[] weights;

  /**
   * @param places by bucket, the row of what follows
   * @param idf by row
   * @param weights by row, then class
   */
  private TextModel(int bits, float[] bias, int[] places, float[] idf, float[] weights) {
    this.bits = bits;
    this.bias = bias;
    this.places = places;
    this.idf = idf;
    this.weights = weights;
  }

  /**
   * @param idf by bucket
   * @param weights by bucket, then class
   */
  public static TextModel of(int bits, float[] bias, float[] idf, float[] weights) {
    int classes = bias.length;
    Rows rows = new Rows(bits, classes, used(idf));
    for (int bucket = 0; bucket < idf.length; bucket++) {
      if (idf[bucket] != 0) {
        int at = rows.add(bucket, idf[bucket]);
        System.arraycopy(weights, bucket * classes, rows.weights, at * classes, classes);
      }
    }
    return rows.model(bias.clone());
  }

  private static int used(float[] idf) {
    int used = 0;
    for (float value : idf) {
      used += value != 0 ? 1 : 0;
    }
    return used;
  }

  /** The rows of a model in the making. */
  private static final class Rows {
    private final int bits;
    private final int[] places;
    private final float[] idf;
    private final float[] weights;
    private int size;

    Rows(int bits, int classes, int count) {
      this.bits = bits;
      places = new int[1 << bits];
      Arrays.fill(places, NOWHERE);
      idf = new float[count];
      weights = new float[Math.multiplyExact(count, classes)];
    }

    int add(int bucket, float value) {
      places[bucket] = size;
      idf[size] = value;
      return size++;
    }

    TextModel model(float[] bias) {
      return new TextModel(bits, bias, places, idf, weights);
    }
  }

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
      int place = places[bucket(bag.hashes()[i], bits)];
      if (place != NOWHERE) {
        float weight = weight(bag.counts()[i], idf[place]) / norm;
        int row = place * classes;
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
      int place = places[bucket(bag.hashes()[i], bits)];
      if (place != NOWHERE) {
        float weight = weight(bag.counts()[i], idf[place]);
        sum += weight * weight;
      }
    }
    return (float) Math.sqrt(sum);
  }

  static void logShares(float[] out, int at, int classes) {
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

  /** Writes the model to a file, big-endian: the used buckets, their idf, their weights. */
  public void write(Path file) throws IOException {
    try (DataOutputStream out =
        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16))) {
      out.writeInt(SPARSE);
      out.writeInt(bits);
      out.writeInt(classes());
      out.writeInt(idf.length);
      for (int bucket = 0; bucket < places.length; bucket++) {
        if (places[bucket] != NOWHERE) {
          out.writeInt(bucket);
        }
      }
      for (float[] part : new float[][] {bias, idf, weights}) {
        ByteBuffer bytes = ByteBuffer.allocate(part.length * Float.BYTES);
        bytes.asFloatBuffer().put(part);
        out.write(bytes.array());
      }
    }
  }

  /** Reads what {@link #write} wrote, now or in its earlier form, which held every bucket. */
  public static TextModel read(Path file) throws IOException, ModelException {
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
      int magic = in.readInt();
      int bits = in.readInt();
      int classes = in.readInt();
      boolean known = magic == SPARSE || magic == DENSE;
      if (!known || bits < 1 || bits > MAX_BITS || classes < 1 || classes > MAX_CLASSES) {
        throw new ModelException(file.getFileName() + " is not a text model.");
      }
      return magic == SPARSE ? sparse(in, bits, classes, file) : dense(in, bits, classes, file);
    } catch (ArithmeticException e) {
      throw new ModelException(file.getFileName() + " is too large.", e);
    }
  }

  private static TextModel sparse(DataInputStream in, int bits, int classes, Path file)
      throws IOException, ModelException {
    int count = in.readInt();
    if (count < 0 || count > 1 << bits) {
      throw new ModelException(file.getFileName() + " is not a text model.");
    }
    // a bucket and an idf a row, a bias a class, a weight a row and class
    checkSize(file, SPARSE_HEAD + 4 * (2L * count + classes + (long) count * classes));
    Rows rows = new Rows(bits, classes, count);
    for (int row = 0, last = -1; row < count; row++) {
      int bucket = in.readInt();
      // ascending, so that rows are where they were written
      if (bucket <= last || bucket >= 1 << bits) {
        throw new ModelException(file.getFileName() + " is damaged.");
      }
      var unused = rows.add(bucket, 0);
      last = bucket;
    }
    float[] bias = new float[classes];
    read(in, bias, classes);
    read(in, rows.idf, count);
    read(in, rows.weights, rows.weights.length);
    return rows.model(bias);
  }

  /** What the head of a file announces is in it, before memory is taken for that. */
  private static void checkSize(Path file, long expected) throws IOException, ModelException {
    if (Files.size(file) != expected) {
      throw new ModelException(file.getFileName() + " is damaged.");
    }
  }

  /** A bucket at a time: the whole would be hundreds of megabytes with 22 bits. */
  private static TextModel dense(DataInputStream in, int bits, int classes, Path file)
      throws IOException, ModelException {
    checkSize(file, DENSE_HEAD + 4 * (classes + (1L << bits) * (1 + classes)));
    float[] bias = new float[classes];
    float[] idf = new float[1 << bits];
    read(in, bias, classes);
    read(in, idf, idf.length);
    Rows rows = new Rows(bits, classes, used(idf));
    float[] row = new float[classes];
    for (int bucket = 0; bucket < idf.length; bucket++) {
      read(in, row, classes);
      if (idf[bucket] != 0) {
        System.arraycopy(row, 0, rows.weights, rows.add(bucket, idf[bucket]) * classes, classes);
      }
    }
    return rows.model(bias);
  }

  private static void read(DataInputStream in, float[] values, int count) throws IOException {
    byte[] chunk = new byte[Math.min(count * Float.BYTES, 1 << 16)];
    for (int at = 0; at < count; ) {
      int floats = Math.min(count - at, chunk.length / Float.BYTES);
      in.readFully(chunk, 0, floats * Float.BYTES);
      ByteBuffer.wrap(chunk).asFloatBuffer().get(values, at, floats);
      at += floats;
    }
  }
}

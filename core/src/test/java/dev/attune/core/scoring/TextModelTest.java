package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.attune.core.feature.TokenBag;
import java.io.DataOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextModelTest {
  private static final int BITS = 10;
  private static final int CLASSES = 3;

  @TempDir private Path dir;
  private final Random random = new Random(9);
  private final float[] bias = {0.1f, -0.2f, 0.3f};
  private final float[] idf = new float[1 << BITS];
  private final float[] weights = new float[CLASSES << BITS];

  TextModelTest() {
    for (int bucket = 0; bucket < idf.length; bucket++) {
      if (random.nextInt(5) == 0) {
        idf[bucket] = 1 + random.nextFloat();
        for (int c = 0; c < CLASSES; c++) {
          weights[bucket * CLASSES + c] = (float) random.nextGaussian();
        }
      }
    }
  }

  /** The formula, straight over all buckets. */
  private float[] expected(TokenBag bag) {
    double norm = 0;
    double[] scores = {bias[0], bias[1], bias[2]};
    for (int i = 0; i < bag.size(); i++) {
      float weight = weight(bag, i);
      norm += weight * weight;
    }
    for (int i = 0; i < bag.size(); i++) {
      for (int c = 0; c < CLASSES; c++) {
        scores[c] += weight(bag, i) / Math.sqrt(norm) * weights[bucket(bag, i) * CLASSES + c];
      }
    }
    double sum = Arrays.stream(scores).map(Math::exp).sum();
    float[] shares = new float[CLASSES];
    for (int c = 0; c < CLASSES; c++) {
      shares[c] = (float) (scores[c] - Math.log(sum));
    }
    return shares;
  }

  private float weight(TokenBag bag, int i) {
    return TextModel.weight(bag.counts()[i], idf[bucket(bag, i)]);
  }

  private static int bucket(TokenBag bag, int i) {
    return TextModel.bucket(bag.hashes()[i], BITS);
  }

  private TokenBag bag() {
    int[] hashes = random.ints(40).sorted().toArray();
    return new TokenBag(hashes, random.ints(40, 1, 4).toArray());
  }

  @Test
  void scoresByTheFormula() {
    TextModel model = TextModel.of(BITS, bias, idf, weights);
    for (int i = 0; i < 200; i++) {
      TokenBag bag = bag();

      assertThat(model.score(bag))
          .usingComparatorWithPrecision(1e-5f)
          .containsExactly(expected(bag));
    }
  }

  @Test
  void aTextWithoutKnownWordsIsMissing() {
    TextModel model = TextModel.of(BITS, bias, new float[1 << BITS], weights);

    assertThat(model.score(bag())).containsOnly(Float.NaN);
    assertThat(model.score(TokenBag.EMPTY)).containsOnly(Float.NaN);
  }

  @Test
  void isTheSameFromItsFileToTheBit() throws Exception {
    TextModel model = TextModel.of(BITS, bias, idf, weights);
    Path file = dir.resolve("text.weights");
    model.write(file);

    TextModel read = TextModel.read(file);

    for (int i = 0; i < 200; i++) {
      TokenBag bag = bag();
      assertThat(read.score(bag)).isEqualTo(model.score(bag));
    }
    assertThat(Files.size(file)).isLessThan(Float.BYTES * (CLASSES + 1L) << BITS - 1);
  }

  @Test
  void readsTheFormThatHeldEveryBucket() throws Exception {
    Path file = dir.resolve("text.weights");
    try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(file))) {
      out.writeInt(0x41545854);
      out.writeInt(BITS);
      out.writeInt(CLASSES);
      for (float[] part : new float[][] {bias, idf, weights}) {
        for (float value : part) {
          out.writeFloat(value);
        }
      }
    }

    TokenBag bag = bag();
    assertThat(TextModel.read(file).score(bag))
        .isEqualTo(TextModel.of(BITS, bias, idf, weights).score(bag));
  }

  @Test
  void refusesDamagedFiles() throws Exception {
    Path file = dir.resolve("text.weights");
    TextModel.of(BITS, bias, idf, weights).write(file);
    byte[] whole = Files.readAllBytes(file);

    Files.write(file, Arrays.copyOf(whole, whole.length - 1));
    assertThatThrownBy(() -> TextModel.read(file))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("damaged");
    byte[] unordered = whole.clone();
    // the first bucket's number
    unordered[16] = 0x7f;
    Files.write(file, unordered);
    assertThatThrownBy(() -> TextModel.read(file))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("damaged");
    Files.write(file, new byte[] {1, 2, 3, 4, 0, 0, 0, 8, 0, 0, 0, 2});
    assertThatThrownBy(() -> TextModel.read(file))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("is not a text model");
  }
}

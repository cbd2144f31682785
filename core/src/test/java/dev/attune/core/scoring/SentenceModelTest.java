package dev.attune.core.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SentenceModelTest {
  private final SentenceModel model =
      new SentenceModel(new float[] {0.5f, 0}, new float[] {1, 0, 2, -1, 1, 0});
  @TempDir private Path dir;

  @Test
  void scoresAreLogShares() {
    float[] scores = model.score(new float[] {1, 2, 0.5f});

    // 0.5 + 1 + 1 = 2.5 and −1 + 2 = 1
    assertThat((double) scores[0]).isCloseTo(-Math.log1p(Math.exp(-1.5)), within(1e-6));
    assertThat((double) scores[1]).isCloseTo(-Math.log1p(Math.exp(1.5)), within(1e-6));
  }

  @Test
  void isReadAsItWasWritten() throws Exception {
    model.write(dir.resolve("model"));

    SentenceModel read = SentenceModel.read(dir.resolve("model"));

    assertThat(read.classes()).isEqualTo(2);
    assertThat(read.dimensions()).isEqualTo(3);
    assertThat(read.score(new float[] {3, 1, -2})).isEqualTo(model.score(new float[] {3, 1, -2}));
  }

  @Test
  void aDamagedFileIsRefused() throws Exception {
    Path file = dir.resolve("model");
    model.write(file);
    byte[] bytes = Files.readAllBytes(file);

    Files.write(file, Arrays.copyOf(bytes, bytes.length - 4));
    assertThatThrownBy(() -> SentenceModel.read(file)).hasMessage("model is damaged.");
    Files.write(file, new byte[] {1, 2, 3});
    assertThatThrownBy(() -> SentenceModel.read(file)).hasMessage("model is not a sentence model.");
    bytes[4] = 127;
    Files.write(file, bytes);
    assertThatThrownBy(() -> SentenceModel.read(file)).hasMessage("model is not a sentence model.");
  }

  @ParameterizedTest
  @CsvSource({
    "4, 0, is not a sentence model.", // no dimensions
    "4, -1, is not a sentence model.",
    "8, 0, is not a sentence model.", // no classes
    "8, 10001, is not a sentence model.",
    "8, 10000, is damaged.", // more than there is
    "12, 2143289344, has a weight that is not a number.", // NaN
    "32, 2139095040, has a weight that is not a number." // infinite
  })
  void whatNoTrainingWritesIsRefused(int at, int value, String reason) throws Exception {
    Path file = dir.resolve("model");
    model.write(file);
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).putInt(at, value);
    Files.write(file, bytes);

    assertThatThrownBy(() -> SentenceModel.read(file))
        .isInstanceOf(ModelException.class)
        .hasMessage("model " + reason);
  }

  @Test
  void aFileThatIsTooLargeIsRefusedUnread() throws Exception {
    Path file = dir.resolve("model");
    try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
      large.setLength(BundleFiles.MOST_MODEL_BYTES + 1);
    }

    assertThatThrownBy(() -> SentenceModel.read(file))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("at most " + BundleFiles.MOST_MODEL_BYTES);
  }

  @Test
  void numbersOfAnotherEncoderAreRefused() {
    assertThatThrownBy(() -> model.score(new float[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2 numbers for a model of 3");
  }
}

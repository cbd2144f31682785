package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VectorTracesTest {
  private static final int LENGTH = 384;
  private final Random random = new Random(5);
  private final float[] vector = numbers();
  private final VectorTraces traces = new VectorTraces(vector);

  private float[] numbers() {
    float[] numbers = new float[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      numbers[i] = (float) (random.nextGaussian() / Math.sqrt(LENGTH));
    }
    return numbers;
  }

  @ParameterizedTest
  @ValueSource(strings = {"BIG_ENDIAN", "LITTLE_ENDIAN"})
  void findsFloatsAndDoublesInTheMidstOfOtherBytes(String name) {
    ByteOrder order = name.equals("BIG_ENDIAN") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;

    assertThat(traces.in(noise().order(order).putFloat(vector[7]).putFloat(vector[8]).array()))
        .isTrue();
    assertThat(traces.in(noise().order(order).putDouble(vector[200]).array())).isTrue();
  }

  @Test
  void findsTextAndNothingElse() {
    float number = 0;
    for (int i = 0; i < LENGTH; i++) {
      number = Math.max(number, vector[i]);
    }
    assertThat(traces.in(("[1.5," + number + "]").getBytes(StandardCharsets.UTF_8))).isTrue();
    assertThat(traces.in(noise().array())).isFalse();
    assertThat(traces.in("[0.05, 0.0312]".getBytes(StandardCharsets.UTF_8))).isFalse();
    assertThat(traces.in(new byte[3])).isFalse();
  }

  private ByteBuffer noise() {
    byte[] bytes = new byte[100_000];
    random.nextBytes(bytes);
    return ByteBuffer.wrap(bytes).position(12_345);
  }
}

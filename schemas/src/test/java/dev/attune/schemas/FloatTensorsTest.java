package dev.attune.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import org.junit.jupiter.api.Test;

class FloatTensorsTest {
  private static final float[] VALUES = {1, -0f, Float.NaN, Float.MIN_VALUE, 3.4e38f};

  @Test
  void bothFormsComeBackToTheBit() {
    assertThat(FloatTensors.read(FloatTensors.contents(VALUES))).containsExactly(VALUES);
    assertThat(FloatTensors.read(FloatTensors.raw(VALUES))).containsExactly(VALUES);
    assertThat(FloatTensors.read(ByteString.EMPTY)).isEmpty();
  }

  /** The protocol: the least significant byte first, whatever the machine. */
  @Test
  void rawBytesAreLittleEndian() {
    assertThat(FloatTensors.raw(new float[] {1}).toByteArray()).containsExactly(0, 0, 0x80, 0x3f);
    assertThatThrownBy(() -> FloatTensors.read(ByteString.copyFrom(new byte[5])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("multiple of 4");
  }
}

package dev.attune.system;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Looks for a vector's numbers in bytes: two neighbours as floats or one as a double, with the
 * lowest or the highest byte first; or one as text. Eight bytes are not there by chance.
 */
final class VectorTraces {
  private static final int WINDOW = Long.BYTES;

  /** Smaller numbers have too few digits to be told from others. */
  private static final float LEAST_TEXT = 0.01f;

  private final Set<Long> patterns = new HashSet<>();
  private final List<String> texts = new ArrayList<>();

  VectorTraces(float[] vector) {
    for (int i = 0; i + 1 < vector.length; i++) {
      for (ByteOrder order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
        patterns.add(
            ByteBuffer.allocate(WINDOW)
                .order(order)
                .putFloat(vector[i])
                .putFloat(vector[i + 1])
                .order(ByteOrder.BIG_ENDIAN)
                .getLong(0));
        patterns.add(
            ByteBuffer.allocate(WINDOW)
                .order(order)
                .putDouble(vector[i])
                .order(ByteOrder.BIG_ENDIAN)
                .getLong(0));
      }
      if (Math.abs(vector[i]) > LEAST_TEXT) {
        texts.add(Float.toString(Math.abs(vector[i])));
      }
    }
  }

  boolean in(byte[] bytes) {
    long window = 0;
    for (int i = 0; i < bytes.length; i++) {
      window = window << Byte.SIZE | Byte.toUnsignedLong(bytes[i]);
      if (i + 1 >= WINDOW && patterns.contains(window)) {
        return true;
      }
    }
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return texts.stream().anyMatch(text::contains);
  }
}

package dev.attune.core.scoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads Universal Binary JSON draft 12 (big-endian) into maps, lists, strings, numbers and, for
 * typed arrays of numbers, primitive arrays. As much as XGBoost writes: containers are typed and
 * counted, counted, or closed by their end marker. Memory is in proportion to the file and the
 * stack bounded, whatever the file says.
 */
final class Ubjson {
  private static final int MAX_DEPTH = 64;
  private final ByteBuffer in;
  private int depth;

  private Ubjson(byte[] bytes) {
    in = ByteBuffer.wrap(bytes);
  }

  static @Nullable Object read(byte[] bytes) throws IOException {
    Ubjson reader = new Ubjson(bytes);
    try {
      return reader.value(reader.marker());
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (java.nio.BufferUnderflowException e) {
      throw new IOException("the file ends in the middle of a value", e);
    }
  }

  /** The next one that is not a no-operation. */
  private char marker() {
    char marker = (char) in.get();
    while (marker == 'N') {
      marker = (char) in.get();
    }
    return marker;
  }

  private @Nullable Object value(char marker) {
    return switch (marker) {
      case 'Z' -> null;
      case 'T' -> true;
      case 'F' -> false;
      case 'i', 'U', 'I', 'l', 'L' -> whole(marker);
      case 'd' -> in.getFloat();
      case 'D' -> in.getDouble();
      case 'C' -> String.valueOf((char) in.get());
      case 'S', 'H' -> string();
      case '[' -> nested(this::array);
      case '{' -> nested(this::object);
      default -> throw broken("unknown marker 0x" + Integer.toHexString(marker));
    };
  }

  private <T> T nested(java.util.function.Supplier<T> read) {
    if (++depth > MAX_DEPTH) {
      throw broken("nested deeper than " + MAX_DEPTH);
    }
    T result = read.get();
    depth--;
    return result;
  }

  private String string() {
    byte[] bytes = new byte[count(1)];
    in.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** A length, refused when the rest of the file can't hold so many items. */
  private int count(int bytesEach) {
    char type = marker();
    if ("iUIlL".indexOf(type) < 0) {
      throw broken("a length that is no whole number");
    }
    long count = whole(type);
    if (count < 0 || count > in.remaining() / bytesEach) {
      throw broken("a length of " + count + " does not fit the file");
    }
    return (int) count;
  }

  private long whole(char type) {
    return switch (type) {
      case 'i' -> in.get();
      case 'U' -> in.get() & 0xff;
      case 'I' -> in.getShort();
      case 'l' -> in.getInt();
      default -> in.getLong();
    };
  }

  private Object array() {
    char next = marker();
    if (next == '$') {
      char type = (char) in.get();
      expect('#');
      return typed(type, count(bytes(type)));
    }
    List<@Nullable Object> items = new ArrayList<>();
    if (next == '#') {
      for (int left = count(1); left > 0; left--) {
        items.add(value(marker()));
      }
      return items;
    }
    for (; next != ']'; next = marker()) {
      items.add(value(next));
    }
    return items;
  }

  private Object typed(char type, int count) {
    switch (type) {
      case 'd' -> {
        float[] values = new float[count];
        in.asFloatBuffer().get(values);
        in.position(in.position() + count * Float.BYTES);
        return values;
      }
      case 'i', 'U', 'I', 'l', 'L' -> {
        int[] values = new int[count];
        for (int i = 0; i < count; i++) {
          values[i] = Math.toIntExact(whole(type));
        }
        return values;
      }
      case 'D' -> {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
          values[i] = (float) in.getDouble();
        }
        return values;
      }
      // of others a short file could hold long lists: a null takes no byte
      default -> throw broken("a typed array of no numbers");
    }
  }

  private static int bytes(char type) {
    return switch (type) {
      case 'I' -> 2;
      case 'l', 'd' -> 4;
      case 'L', 'D' -> 8;
      default -> 1;
    };
  }

  private Map<String, @Nullable Object> object() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    int mark = in.position();
    char next = marker();
    if (next == '#') {
      for (int left = count(1); left > 0; left--) {
        String name = string();
        fields.put(name, value(marker()));
      }
      return fields;
    }
    while (next != '}') {
      in.position(mark);
      String name = string();
      fields.put(name, value(marker()));
      mark = in.position();
      next = marker();
    }
    return fields;
  }

  private void expect(char wanted) {
    if (in.get() != wanted) {
      throw broken("a typed array without a length");
    }
  }

  private UncheckedIOException broken(String what) {
    return new UncheckedIOException(new IOException(what + " at byte " + in.position()));
  }
}

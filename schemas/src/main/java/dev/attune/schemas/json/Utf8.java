package dev.attune.schemas.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Whether bytes are UTF-8 as Unicode defines it: no overlong forms, no surrogates. */
final class Utf8 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;
  private static final long LOW_BITS = 0x0101_0101_0101_0101L;
  private static final long BACKSLASHES = LOW_BITS * '\\';

  private Utf8() {}

  static boolean isValid(byte[] bytes, int start, int end) {
    int p = start;
    while (p < end) {
      if (p + 8 <= end && ((long) LONGS.get(bytes, p) & HIGH_BITS) == 0) {
        p += 8;
      } else if (bytes[p] >= 0) {
        p++;
      } else {
        int length = sequence(bytes, p, end);
        if (length == 0) {
          return false;
        }
        p += length;
      }
    }
    return true;
  }

  /** Eight bytes at a time, with Mycroft's test for a zero byte in a word. */
  static boolean hasBackslash(byte[] bytes, int start, int end) {
    int p = start;
    for (; p + 8 <= end; p += 8) {
      long zeroWhereEqual = (long) LONGS.get(bytes, p) ^ BACKSLASHES;
      if (((zeroWhereEqual - LOW_BITS) & ~zeroWhereEqual & HIGH_BITS) != 0) {
        return true;
      }
    }
    while (p < end && bytes[p] != '\\') {
      p++;
    }
    return p < end;
  }

  /** Length of the well-formed sequence of two to four bytes there, 0 when there is none. */
  private static int sequence(byte[] bytes, int p, int end) {
    int lead = bytes[p] & 0xff;
    int length =
        lead >= 0xc2 && lead <= 0xdf ? 2 : lead >> 4 == 0xe ? 3 : lead >> 3 == 0x1e ? 4 : 0;
    if (length == 0 || p + length > end) {
      return 0;
    }
    int point = lead & (0xff >> (length + 1));
    for (int i = 1; i < length; i++) {
      int next = bytes[p + i] & 0xff;
      if (next >> 6 != 2) {
        return 0;
      }
      point = point << 6 | next & 0x3f;
    }
    return switch (length) {
      case 2 -> 2;
      case 3 -> point >= 0x800 && (point < 0xd800 || point > 0xdfff) ? 3 : 0;
      default -> point >= 0x10000 && point <= 0x10ffff ? 4 : 0;
    };
  }
}

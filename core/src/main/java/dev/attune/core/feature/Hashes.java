package dev.attune.core.feature;

/** The hashes that state and tokens rely on; changing one invalidates rows or models. */
public final class Hashes {
  private Hashes() {}

  /** 64 bits of a string's UTF-16 units, well mixed; for event ids and session ids. */
  public static long of64(String text) {
    long h = 0x9E3779B97F4A7C15L ^ text.length();
    for (int i = 0; i < text.length(); i++) {
      h = (h ^ text.charAt(i)) * 0xFF51AFD7ED558CCDL;
      h ^= h >>> 29;
    }
    h *= 0xC4CEB9FE1A85EC53L;
    return h ^ (h >>> 32);
  }

  /** MurmurHash3 x86 32 bit with seed 0, as published by Austin Appleby. */
  public static int murmur3(byte[] data, int from, int to) {
    int h = 0;
    int i = from;
    for (; i + 4 <= to; i += 4) {
      int k =
          (data[i] & 0xFF)
              | (data[i + 1] & 0xFF) << 8
              | (data[i + 2] & 0xFF) << 16
              | data[i + 3] << 24;
      h = Integer.rotateLeft(h ^ scramble(k), 13) * 5 + 0xE6546B64;
    }
    int tail = 0;
    for (int j = to - 1; j >= i; j--) {
      tail = tail << 8 | (data[j] & 0xFF);
    }
    if (i < to) {
      h ^= scramble(tail);
    }
    h ^= to - from;
    h = (h ^ (h >>> 16)) * 0x85EBCA6B;
    h = (h ^ (h >>> 13)) * 0xC2B2AE35;
    return h ^ (h >>> 16);
  }

  private static int scramble(int k) {
    return Integer.rotateLeft(k * 0xCC9E2D51, 15) * 0x1B873593;
  }
}

package dev.attune.core.feature;

import java.util.Arrays;

/** Hashed tokens, ascending as unsigned ints, with their counts. */
public record TokenBag(int[] hashes, int[] counts) {
  public static final TokenBag EMPTY = new TokenBag(new int[0], new int[0]);

  public TokenBag {
    if (hashes.length != counts.length) {
      throw new IllegalArgumentException("hashes and counts differ in length");
    }
  }

  public int size() {
    return hashes.length;
  }

  @Override
  public boolean equals(Object o) {
    return o instanceof TokenBag other
        && Arrays.equals(hashes, other.hashes)
        && Arrays.equals(counts, other.counts);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(hashes) + Arrays.hashCode(counts);
  }

  @Override
  public String toString() {
    return "TokenBag[" + hashes.length + " tokens]";
  }
}

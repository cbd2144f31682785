package dev.attune.training.train;

/** All users, then half of them, a quarter and so on: who stays is decided by a hash. */
final class HalvedUsers {
  /** Spreads neighbouring hashes over all bits: 2^32 divided by the golden ratio. */
  private static final int SPREAD = 0x9E3779B9;

  private int bits;

  boolean has(String userId) {
    return bits == 0 || userId.hashCode() * SPREAD >>> (Integer.SIZE - bits) == 0;
  }

  /** Returns whether there are fewer now. */
  boolean halve() {
    if (bits == Integer.SIZE - 1) {
      return false;
    }
    bits++;
    return true;
  }
}

package dev.attune.core.bytes;

import java.nio.charset.StandardCharsets;

/** Reads what {@link ByteWriter} wrote. Can be pointed at another range, so that one serves all. */
public final class ByteReader {
  private static final byte[] NOTHING = new byte[0];

  private byte[] bytes = NOTHING;
  private int at;
  private int end;

  public ByteReader() {}

  public ByteReader(byte[] bytes) {
    reset(bytes, 0, bytes.length);
  }

  public void reset(byte[] source, int from, int to) {
    bytes = source;
    at = from;
    end = to;
  }

  /** First position after the range. */
  public int end() {
    return end;
  }

  public boolean hasMore() {
    return at < end;
  }

  public int position() {
    return at;
  }

  public byte[] source() {
    return bytes;
  }

  public int octet() {
    check(1);
    return bytes[at++] & 0xFF;
  }

  public int fixed() {
    check(4);
    int value =
        (bytes[at] & 0xFF) << 24
            | (bytes[at + 1] & 0xFF) << 16
            | (bytes[at + 2] & 0xFF) << 8
            | (bytes[at + 3] & 0xFF);
    at += 4;
    return value;
  }

  public double real() {
    long high = fixed();
    return Double.longBitsToDouble(high << 32 | (fixed() & 0xFFFFFFFFL));
  }

  public long varint() {
    // most numbers of a row are small
    if (at < end && bytes[at] >= 0) {
      return bytes[at++];
    }
    return longVarint();
  }

  private long longVarint() {
    long value = 0;
    int shift = 0;
    for (int i = at; i < end; i++) {
      byte next = bytes[i];
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        at = i + 1;
        return value;
      }
      shift += 7;
      if (shift > 63) {
        throw new IllegalStateException("corrupt row: a number longer than 64 bits");
      }
    }
    throw tooShort();
  }

  public long zigzag() {
    long value = varint();
    return (value >>> 1) ^ -(value & 1);
  }

  public void skip(int count) {
    check(count);
    at += count;
  }

  /** Copies bytes to the beginning of an array. */
  public void raw(byte[] target, int count) {
    check(count);
    System.arraycopy(bytes, at, target, 0, count);
    at += count;
  }

  /** Skips a block written with its length; returns the block's first position. */
  public int skipBlock() {
    int length = length();
    int from = at;
    skip(length);
    return from;
  }

  public String text() {
    int from = skipBlock();
    return new String(bytes, from, at - from, StandardCharsets.UTF_8);
  }

  private int length() {
    long length = varint();
    if (length < 0 || length > end - at) {
      throw new IllegalStateException("corrupt row: a length beyond its end");
    }
    return (int) length;
  }

  private void check(int count) {
    if (count < 0 || end - at < count) {
      throw tooShort();
    }
  }

  private static IllegalStateException tooShort() {
    return new IllegalStateException("corrupt row: it ends too early");
  }
}

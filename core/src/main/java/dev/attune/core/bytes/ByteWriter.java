package dev.attune.core.bytes;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes the state row: varints, zigzag varints, raw bytes. Grows as needed; reusable. */
public final class ByteWriter {
  private byte[] bytes;
  private int size;

  public ByteWriter(int capacity) {
    bytes = new byte[capacity];
  }

  public int size() {
    return size;
  }

  public void clear() {
    size = 0;
  }

  public byte[] toByteArray() {
    return Arrays.copyOf(bytes, size);
  }

  /** Whether what was written since a position is what a reader has left. */
  public boolean endsLike(int from, ByteReader reader) {
    return Arrays.equals(bytes, from, size, reader.source(), reader.position(), reader.end());
  }

  /** Points a reader at what was written; valid until the next change. */
  public ByteReader read(ByteReader reader) {
    reader.reset(bytes, 0, size);
    return reader;
  }

  public void octet(int value) {
    room(1);
    bytes[size++] = (byte) value;
  }

  /** Four bytes, for hashes: a varint would need five. */
  public void fixed(int value) {
    room(4);
    bytes[size++] = (byte) (value >>> 24);
    bytes[size++] = (byte) (value >>> 16);
    bytes[size++] = (byte) (value >>> 8);
    bytes[size++] = (byte) value;
  }

  /** Eight bytes. */
  public void real(double value) {
    long bits = Double.doubleToRawLongBits(value);
    fixed((int) (bits >>> 32));
    fixed((int) bits);
  }

  /** Small non-negative numbers in few bytes. */
  public void varint(long value) {
    room(10);
    if ((value & ~0x7FL) == 0) {
      bytes[size++] = (byte) value;
    } else {
      longVarint(value);
    }
  }

  private void longVarint(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** Small numbers of either sign in few bytes. */
  public void zigzag(long value) {
    varint((value << 1) ^ (value >> 63));
  }

  public void raw(byte[] source, int from, int to) {
    room(to - from);
    System.arraycopy(source, from, bytes, size, to - from);
    size += to - from;
  }

  /** Length and bytes. */
  public void block(byte[] source, int from, int to) {
    varint(to - from);
    raw(source, from, to);
  }

  public void text(String value) {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    block(utf8, 0, utf8.length);
  }

  private void room(int more) {
    if (size + more > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
  }
}

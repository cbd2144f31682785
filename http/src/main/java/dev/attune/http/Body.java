package dev.attune.http;

import dev.attune.http.Exchange.Trouble;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * A body in memory. It grows with the bytes that have come, not with those that a header promises,
 * and takes them out of a budget that all bodies share; closing gives them back. Once in trouble it
 * only counts.
 */
public final class Body implements AutoCloseable {
  private static final byte[] NOTHING = {};

  private final Semaphore budget;
  private final int max;
  private byte[] bytes = NOTHING;
  private int size;
  private int held;
  private long seen;
  private @Nullable Trouble trouble;

  /**
   * @param budget of bytes
   * @param max bytes on the wire
   */
  public Body(Semaphore budget, int max) {
    this.budget = budget;
    this.max = max;
  }

  int max() {
    return max;
  }

  /** Bytes that have come, kept or not. */
  long seen() {
    return seen;
  }

  @Nullable Trouble trouble() {
    return trouble;
  }

  /** Gives up what it holds; the first trouble counts. */
  void fail(Trouble reason) {
    if (trouble == null) {
      trouble = reason;
      close();
    }
  }

  void add(ByteBuf more) {
    int length = more.readableBytes();
    seen += length;
    if (trouble != null || length == 0) {
      return;
    }
    if (seen > max) {
      fail(Trouble.TOO_LARGE);
      return;
    }
    if (size + length > bytes.length) {
      int capacity = Math.max(size + length, Math.min(max, 2 * bytes.length));
      if (!hold(capacity - bytes.length)) {
        fail(Trouble.NO_ROOM);
        return;
      }
      bytes = Arrays.copyOf(bytes, capacity);
    }
    more.readBytes(bytes, size, length);
    size += length;
  }

  public int size() {
    return size;
  }

  /** Not a copy where it fits. */
  public byte[] bytes() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  /**
   * Takes more bytes out of the budget, for what is made of this body; false when it is used up.
   */
  public boolean hold(int more) {
    if (!budget.tryAcquire(more)) {
      return false;
    }
    held += more;
    return true;
  }

  @Override
  public void close() {
    budget.release(held);
    held = 0;
    bytes = NOTHING;
    size = 0;
  }
}

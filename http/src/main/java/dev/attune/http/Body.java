package dev.attune.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A request's body in memory. It grows with the bytes that have come, not with those that a header
 * promises. It takes them out of the budget of all bodies; closing gives them back.
 */
public final class Body implements AutoCloseable {
  private static final byte[] NOTHING = {};
  private static final String NO_ROOM = "Too many bodies are being worked on.";

  private final BodyBudget budget;
  private final int max;
  private byte[] bytes = NOTHING;
  private int size;
  private int held;

  Body(BodyBudget budget, int max) {
    this.budget = budget;
    this.max = max;
  }

  /** Null when the bytes were taken. */
  @Nullable Problem add(ByteBuf more) {
    int length = more.readableBytes();
    if (length > max - size) {
      return tooLarge();
    }
    if (size + length > bytes.length) {
      int capacity = Math.max(size + length, Math.min(max, 2 * bytes.length));
      if (!hold(capacity - bytes.length)) {
        return Problem.unavailable(NO_ROOM);
      }
      bytes = Arrays.copyOf(bytes, capacity);
    }
    more.readBytes(bytes, size, length);
    size += length;
    return null;
  }

  Problem tooLarge() {
    return Problem.tooLarge("A body has at most " + max + " bytes on the wire.");
  }

  int max() {
    return max;
  }

  public int size() {
    return size;
  }

  /** Not a copy where it fits. */
  public byte[] bytes() {
    return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
  }

  /**
   * Takes more of the budget, for what is made of this body.
   *
   * @throws Problem when it is used up
   */
  public void reserve(int more) {
    if (!hold(more)) {
      throw Problem.unavailable(NO_ROOM);
    }
  }

  private boolean hold(int more) {
    boolean taken = budget.take(more);
    held += taken ? more : 0;
    return taken;
  }

  @Override
  public void close() {
    budget.giveBack(held);
    held = 0;
    bytes = NOTHING;
    size = 0;
  }
}

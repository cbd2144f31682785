package dev.attune.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A request's body in memory. It grows with the bytes that have come, not with those that a header
 * promises. It takes them out of the budget of all bodies; closing gives them back. While its
 * client is still sending, it may lose them to others.
 */
public final class Body implements AutoCloseable {
  private static final byte[] NOTHING = {};
  private static final String NO_ROOM = "Too many bodies are being worked on.";

  /** In place of the bytes held, once they are given back for good. */
  private static final int GONE = -1;

  private final BodyBudget budget;
  private final String key;
  private final int max;

  /** Others take it away on their threads. */
  private final AtomicInteger held = new AtomicInteger();

  private byte[] bytes = NOTHING;
  private int size;
  private long since;
  private @Nullable Runnable whenLost;

  /**
   * @param key whose share it takes from
   */
  Body(BodyBudget budget, String key, int max) {
    this.budget = budget;
    this.key = key;
    this.max = max;
  }

  String key() {
    return key;
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
        return noRoom();
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

  static Problem noRoom() {
    return Problem.unavailable(NO_ROOM);
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
      throw noRoom();
    }
  }

  private boolean hold(int more) {
    if (!budget.take(this, more)) {
      return false;
    }
    boolean kept = held.getAndUpdate(before -> before == GONE ? GONE : before + more) != GONE;
    if (!kept) {
      budget.giveBack(key, more);
    }
    return kept;
  }

  /**
   * Its client has not sent all of it yet: until {@link #complete} others may need its share more.
   *
   * @param lost called on any thread
   */
  void incoming(Runnable lost) {
    if (whenLost == null) {
      whenLost = lost;
      since = System.nanoTime();
      budget.incoming(this);
    }
  }

  /** False when it has lost its share. */
  boolean complete() {
    return whenLost == null || budget.complete(this);
  }

  /** What it has cost: bytes times nanoseconds; nothing as long as its client did not stop. */
  double weight(long now) {
    return whenLost == null ? 0 : (double) Math.max(0, held.get()) * (now - since);
  }

  /** Gives back what it holds; on any thread. */
  int lose() {
    int lost = giveBack();
    Runnable told = whenLost;
    if (told != null) {
      told.run();
    }
    return lost;
  }

  private int giveBack() {
    int before = Math.max(0, held.getAndSet(GONE));
    if (before > 0) {
      budget.giveBack(key, before);
    }
    return before;
  }

  @Override
  public void close() {
    if (whenLost != null) {
      budget.complete(this);
    }
    giveBack();
    bytes = NOTHING;
    size = 0;
  }
}

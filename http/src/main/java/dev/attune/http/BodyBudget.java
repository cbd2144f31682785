package dev.attune.http;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The memory that all bodies together may hold, in bytes. A key has a share, so that one leaves
 * something to the others. Whoever lacks room gets it from bodies that have held more for longer
 * (bytes times seconds) and whose clients are still sending: a stalled sender loses its share, and
 * a small or swift one keeps it.
 */
public final class BodyBudget {
  /** One look at all senders frees at least this part, so that a crowd of them is no work. */
  private static final int FREED_AT_ONCE = 64;

  private static final int TRIES = 16;

  private final int size;
  private final int keysShare;
  private final Semaphore free;
  private final Map<String, AtomicInteger> usedByKey = new ConcurrentHashMap<>();
  private final Set<Body> incoming = ConcurrentHashMap.newKeySet();

  /**
   * @param keysShare the bytes that the bodies of one key may hold
   */
  public BodyBudget(long bytes, long keysShare) {
    this.size = (int) Math.min(Integer.MAX_VALUE, bytes);
    this.keysShare = (int) Math.min(size, keysShare);
    this.free = new Semaphore(size);
  }

  /**
   * Whether the body may hold so many more, at the cost of others if need be. Room that was made
   * may be taken by a third one in between, so it is tried a few times.
   */
  boolean take(Body body, int bytes) {
    boolean taken = tryTake(body.key(), bytes);
    for (int i = 0; !taken && i < TRIES && makeRoom(body, bytes); i++) {
      taken = tryTake(body.key(), bytes);
    }
    return taken;
  }

  private boolean tryTake(String key, int bytes) {
    AtomicInteger used = used(key);
    if (used.addAndGet(bytes) <= keysShare && free.tryAcquire(bytes)) {
      return true;
    }
    used.addAndGet(-bytes);
    return false;
  }

  private AtomicInteger used(String key) {
    AtomicInteger used = usedByKey.get(key);
    return used == null ? usedByKey.computeIfAbsent(key, k -> new AtomicInteger()) : used;
  }

  void giveBack(String key, int bytes) {
    used(key).addAndGet(-bytes);
    free.release(bytes);
  }

  /** From now on the body may lose what it holds, until {@link #complete}. */
  void incoming(Body body) {
    incoming.add(body);
  }

  /** False when the body has lost its share. */
  boolean complete(Body body) {
    return incoming.remove(body);
  }

  /** One at a time, or two would send away twice as many as it takes. */
  private synchronized boolean makeRoom(Body asking, int bytes) {
    boolean ofItsKey = used(asking.key()).get() + bytes > keysShare;
    long now = System.nanoTime();
    double weight = asking.weight(now);
    List<Weighed> heavier =
        incoming.stream()
            .filter(body -> body != asking && (!ofItsKey || body.key().equals(asking.key())))
            .map(body -> new Weighed(body, body.weight(now)))
            .filter(weighed -> weighed.weight > weight)
            .sorted(Comparator.comparingDouble(Weighed::weight).reversed())
            .toList();
    long wanted = Math.max(bytes, size / FREED_AT_ONCE);
    for (Weighed one : heavier) {
      if (wanted > 0 && incoming.remove(one.body)) {
        wanted -= one.body.lose();
      }
    }
    return !heavier.isEmpty();
  }

  private record Weighed(Body body, double weight) {}

  /** Bytes that are held now. */
  public int used() {
    return size - free.availablePermits();
  }
}

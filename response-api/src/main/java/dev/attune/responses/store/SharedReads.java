package dev.attune.responses.store;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.Pool;

/**
 * Reads over one connection that share its round trips. Who finds it free leads: sends all that is
 * queued in one write, reads the answers, wakes the others, and leaves the lead to one who came
 * meanwhile. Alone, a read is what it would be on a connection of its own; under load one write,
 * one wait and one wake-up of Redis serve many. Safe for threads.
 *
 * <p>Nobody waits longer than the budget for an answer: a leader waits for what is left of the
 * oldest read's, and when that ends in silence all who are queued by then have failed too.
 */
final class SharedReads {

  /** So that nobody leads for long. */
  private static final int MOST = 64;

  private static final byte[] NEWEST = {'+'};
  private static final byte[] OLDEST = {'-'};
  private static final byte[] COUNT = {'C', 'O', 'U', 'N', 'T'};
  private static final byte[] ONE = {'1'};

  private static final JedisException GIVEN_UP = new JedisException("not asked, it fails lately");

  private final Pool<Connection> pool;
  private final long budgetNanos;
  private final CircuitBreaker breaker;
  private final Queue<Read> queue = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean led = new AtomicBoolean();

  /** The leader's. */
  private @Nullable Connection connection;

  /**
   * @param breaker asked and told once a round trip: one that failed is one failure, however many
   *     shared it
   */
  SharedReads(Pool<Connection> pool, long budgetNanos, CircuitBreaker breaker) {
    this.breaker = breaker;
    this.pool = pool;
    this.budgetNanos = budgetNanos;
  }

  /**
   * The newest entry of a stream, as Redis answers XREVRANGE.
   *
   * @throws JedisException when there is no answer within the budget, or an error
   */
  List<?> newest(byte[] key) {
    Read mine = new Read(key);
    queue.add(mine);
    boolean interrupted = false;
    while (!mine.done) {
      if (led.compareAndSet(false, true)) {
        try {
          lead();
        } finally {
          led.set(false);
          wakeNext();
        }
      } else {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return mine.answer();
  }

  private void wakeNext() {
    Read next = queue.peek();
    if (next != null) {
      LockSupport.unpark(next.thread);
    }
  }

  private void lead() {
    List<Read> batch = new ArrayList<>();
    for (Read read = queue.poll(); read != null; read = batch.size() < MOST ? queue.poll() : null) {
      batch.add(read);
    }
    if (batch.isEmpty()) {
      return;
    }
    long began = System.nanoTime();
    if (!breaker.tryAcquirePermission()) {
      fail(batch, GIVEN_UP);
      return;
    }
    try {
      exchangeOrReconnect(batch);
      breaker.onSuccess(System.nanoTime() - began, TimeUnit.NANOSECONDS);
    } catch (RuntimeException e) {
      breaker.onError(System.nanoTime() - began, TimeUnit.NANOSECONDS, e);
      fail(batch, e instanceof JedisException known ? known : new JedisException(e));
    }
  }

  private void fail(List<Read> batch, JedisException failure) {
    batch.forEach(read -> read.fail(failure));
    for (Read read = queue.poll(); read != null; read = queue.poll()) {
      read.fail(failure);
    }
  }

  /** After a restart every idle connection is dead: they go at once, and one try is made anew. */
  private void exchangeOrReconnect(List<Read> batch) {
    try {
      exchange(batch);
    } catch (JedisConnectionException e) {
      leave();
      if (e.getCause() instanceof SocketTimeoutException) {
        throw e;
      }
      pool.clear();
      retry(batch.stream().filter(read -> !read.done).toList());
    }
  }

  private void retry(List<Read> batch) {
    try {
      exchange(batch);
    } catch (JedisConnectionException e) {
      leave();
      throw e;
    }
  }

  private void exchange(List<Read> batch) {
    if (batch.isEmpty()) {
      return;
    }
    Connection open = connected();
    for (Read read : batch) {
      open.sendCommand(Command.XREVRANGE, read.key, NEWEST, OLDEST, COUNT, ONE);
    }
    long deadline = batch.getFirst().since + budgetNanos;
    for (Read read : batch) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      open.setSoTimeout((int) Math.max(1, left));
      try {
        read.complete((List<?>) open.getOne());
      } catch (JedisDataException e) {
        read.fail(e);
      }
    }
  }

  private Connection connected() {
    Connection known = connection;
    if (known == null) {
      known = pool.getResource();
      connection = known;
    }
    return known;
  }

  private void leave() {
    Connection broken = connection;
    connection = null;
    if (broken != null) {
      broken.setBroken();
      broken.close();
    }
  }

  /** One caller's read. The answer is written before {@link #done}, by the leader alone. */
  private static final class Read {

    private final byte[] key;
    private final Thread thread = Thread.currentThread();
    private final long since = System.nanoTime();
    private @Nullable List<?> entries;
    private @Nullable JedisException failure;
    private volatile boolean done;

    Read(byte[] key) {
      this.key = key;
    }

    void complete(@Nullable List<?> answer) {
      entries = answer;
      finish();
    }

    void fail(JedisException why) {
      if (!done) {
        failure = why;
        finish();
      }
    }

    private void finish() {
      done = true;
      if (thread != Thread.currentThread()) {
        LockSupport.unpark(thread);
      }
    }

    List<?> answer() {
      JedisException why = failure;
      if (why != null) {
        throw why;
      }
      List<?> found = entries;
      return found == null ? List.of() : found;
    }
  }
}

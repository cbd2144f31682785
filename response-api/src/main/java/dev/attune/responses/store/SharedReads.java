package dev.attune.responses.store;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.util.Pool;

/**
 * Reads over one connection that share its round trips. Its thread sends all that is queued in one
 * write, reads the answers, and goes on with what came meanwhile: under load one write, one wait
 * and one wake-up of Redis serve many, and nobody who asks waits on a thread. Safe for threads.
 *
 * <p>No answer comes later than the budget: the thread waits for what is left of the oldest read's,
 * and when that ends in silence all that are queued by then have failed too.
 */
final class SharedReads implements AutoCloseable {

  /** A round trip. */
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
  private final AtomicBoolean busy = new AtomicBoolean();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("redis-reads").daemon().factory());

  /** The thread's. */
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
   * The newest entry of a stream, as Redis answers XREVRANGE; completed on the reading thread,
   * which what follows must not keep. Fails with a {@link JedisException} when there is no answer
   * within the budget, or an error.
   */
  CompletableFuture<List<?>> newest(byte[] key) {
    Read read = new Read(key);
    queue.add(read);
    proceed();
    return read.answer;
  }

  private void proceed() {
    if (!queue.isEmpty() && busy.compareAndSet(false, true)) {
      thread.execute(this::drain);
    }
  }

  private void drain() {
    try {
      for (List<Read> batch = batch(); !batch.isEmpty(); batch = batch()) {
        roundTrip(batch);
      }
    } finally {
      busy.set(false);
      // who came in between saw it busy
      proceed();
    }
  }

  private List<Read> batch() {
    List<Read> batch = new ArrayList<>();
    for (Read read = queue.poll(); read != null; read = batch.size() < MOST ? queue.poll() : null) {
      batch.add(read);
    }
    return batch;
  }

  private void roundTrip(List<Read> batch) {
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
    batch.forEach(read -> read.answer.completeExceptionally(failure));
    for (Read read = queue.poll(); read != null; read = queue.poll()) {
      read.answer.completeExceptionally(failure);
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
      retry(batch.stream().filter(read -> !read.answer.isDone()).toList());
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
        List<?> entries = (List<?>) open.getOne();
        read.answer.complete(entries == null ? List.of() : entries);
      } catch (JedisDataException e) {
        read.answer.completeExceptionally(e);
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

  @Override
  public void close() {
    thread.shutdownNow();
  }

  /** One caller's read. */
  private static final class Read {

    private final byte[] key;
    private final long since = System.nanoTime();
    private final CompletableFuture<List<?>> answer = new CompletableFuture<>();

    Read(byte[] key) {
      this.key = key;
    }
  }
}

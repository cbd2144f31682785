package dev.attune.streams.dispatch;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What the lanes of one application share: the replicas, the limits, the breaker, the timer and the
 * counters.
 *
 * <p>A processor opens a lane in its {@code init} and closes it in its {@code close}:
 *
 * <pre>{@code
 * lane = dispatcher.open(new StoredOwedCalls<>(context.getStateStore("owed"), clock), this::requestOf);
 * context.schedule(interval, PunctuationType.WALL_CLOCK_TIME, now -> lane.tick());
 * }</pre>
 *
 * and KafkaStreams is given {@link CommitBarrier#clients}.
 */
public final class Dispatcher<K, R> implements AutoCloseable {

  /** Of the calls, one in so many may be a hedge: hedging must not double an overload. */
  private static final int CALLS_A_HEDGE = 20;

  private final DispatchSettings settings;
  private final Replicas<R> replicas;
  private final CommitBarrier barrier;
  private final DispatchCounters counters = new DispatchCounters();
  private final LongSupplier nanoTime;
  private final DoubleSupplier random;
  private final Breaker breaker;
  private final Timer timer;

  public Dispatcher(DispatchSettings settings, Replicas<R> replicas, CommitBarrier barrier) {
    this(
        settings,
        replicas,
        barrier,
        System::nanoTime,
        () -> ThreadLocalRandom.current().nextDouble(),
        new TickTimer());
  }

  Dispatcher(
      DispatchSettings settings,
      Replicas<R> replicas,
      CommitBarrier barrier,
      LongSupplier nanoTime,
      DoubleSupplier random,
      Timer timer) {
    this.settings = settings;
    this.replicas = replicas;
    this.barrier = barrier;
    this.nanoTime = nanoTime;
    this.random = random;
    this.breaker = new Breaker(settings.breakerFailures(), settings.breakerPause(), nanoTime);
    this.timer = timer;
  }

  /**
   * Opens a lane for the task that the calling stream thread initialises.
   *
   * @param newest makes an owed key's request from state; null when nothing is left to be called
   */
  public Lane<K, R> open(OwedCalls<K> owed, Function<K, @Nullable R> newest) {
    CommitBarrier.ThreadLanes thread = barrier.here();
    Lane<K, R> lane = new Lane<>(this, thread, owed, newest);
    thread.add(lane);
    return lane;
  }

  public DispatchCounters counters() {
    return counters;
  }

  /** Whether the callee has been failing, so that requests are held instead of called. */
  public boolean paused() {
    return breaker.isOpen();
  }

  @Override
  public void close() {
    timer.close();
  }

  DispatchSettings settings() {
    return settings;
  }

  /** Another one at every further attempt; versions make it harmless that two may answer. */
  Replica<R> replica(K key, int attempt) {
    List<? extends Replica<R>> all = replicas.all();
    return all.get(Math.floorMod(key.hashCode() + attempt, all.size()));
  }

  Breaker breaker() {
    return breaker;
  }

  Timer timer() {
    return timer;
  }

  long nanoTime() {
    return nanoTime.getAsLong();
  }

  boolean mayHedge() {
    return !breaker.isOpen() && (counters.hedged() + 1) * CALLS_A_HEDGE <= counters.called();
  }

  /** Exponential with jitter: between half and the whole of first × 2^(attempts − 1), capped. */
  Duration backoff(int attempts) {
    long first = settings.firstBackoff().toNanos();
    int doublings = Math.min(attempts - 1, 20);
    double whole = Math.min((double) first * (1L << doublings), settings.maxBackoff().toNanos());
    return Duration.ofNanos((long) (whole * (0.5 + random.getAsDouble() / 2)));
  }
}

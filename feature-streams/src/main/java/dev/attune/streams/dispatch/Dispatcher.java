package dev.attune.streams.dispatch;

import java.time.Duration;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the lanes of one application share: the replicas with their breakers, the limits, the
 * hedges, the timer and the counters.
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
  private final DispatchSettings settings;
  private final ReplicaPool<R> pool;
  private final CommitBarrier barrier;
  private final DispatchCounters counters = new DispatchCounters();
  private final DispatcherEnvironment environment;
  private final HedgeBudget hedges;
  private final BinaryOperator<R> conflation;

  public Dispatcher(DispatchSettings settings, Replicas<R> replicas, CommitBarrier barrier) {
    this(settings, replicas, barrier, DispatcherEnvironment.real());
  }

  /**
   * A dispatcher whose newer requests remember whose place they take.
   *
   * @param conflation of an older and a newer request makes the newer one
   */
  public Dispatcher(
      DispatchSettings settings,
      Replicas<R> replicas,
      CommitBarrier barrier,
      BinaryOperator<R> conflation) {
    this(settings, replicas, barrier, DispatcherEnvironment.real(), conflation);
  }

  Dispatcher(
      DispatchSettings settings,
      Replicas<R> replicas,
      CommitBarrier barrier,
      DispatcherEnvironment environment) {
    this(settings, replicas, barrier, environment, (older, newer) -> newer);
  }

  private Dispatcher(
      DispatchSettings settings,
      Replicas<R> replicas,
      CommitBarrier barrier,
      DispatcherEnvironment environment,
      BinaryOperator<R> conflation) {
    this.conflation = conflation;
    this.settings = settings;
    this.pool = new ReplicaPool<>(replicas, settings, environment.nanoTime());
    this.barrier = barrier;
    this.environment = environment;
    this.hedges = new HedgeBudget(environment.nanoTime());
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

  /** Whether all replicas have been failing, so that requests are held instead of called. */
  public boolean paused() {
    return pool.allFail();
  }

  /** Replicas that have been failing, so that they are only probed. */
  public int failingReplicas() {
    return pool.failing();
  }

  @Override
  public void close() {
    environment.timer().close();
  }

  DispatchSettings settings() {
    return settings;
  }

  DispatcherEnvironment environment() {
    return environment;
  }

  ReplicaPool<R> pool() {
    return pool;
  }

  HedgeBudget hedges() {
    return hedges;
  }

  /** What is called in place of both; counts it. */
  R conflated(R older, R newer) {
    counters.conflated.increment();
    return conflation.apply(older, newer);
  }

  /** To be told of every call. */
  void called() {
    counters.called.increment();
    hedges.called();
  }

  long nanoTime() {
    return environment.nanoTime().getAsLong();
  }

  /** Exponential with jitter: between half and the whole of first × 2^(attempts − 1), capped. */
  Duration backoff(int attempts) {
    long first = settings.firstBackoff().toNanos();
    int doublings = Math.min(attempts - 1, 20);
    double whole = Math.min((double) first * (1L << doublings), settings.maxBackoff().toNanos());
    return Duration.ofNanos((long) (whole * (0.5 + environment.random().getAsDouble() / 2)));
  }
}

package dev.attune.responses.store;

import static java.util.stream.Collectors.toMap;

import dev.attune.core.reply.StoreAnswer;
import dev.attune.http.ServerLoops;
import dev.attune.predictions.PredictionKey;
import dev.attune.schemas.Position;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.XReadParams;

/**
 * The newest prediction of a user, or word that it can't be had in time. A breaker stops asking a
 * Redis that fails half of its reads, so that a dead one costs replies nothing but their personal
 * touch; once a second a few reads try again.
 *
 * <p>Waiting for a newer prediction is one blocking XREAD from the version asked for: Redis wakes
 * it up, nobody polls. Waiters have a bounded pool of connections of their own and never take those
 * of the quick reads.
 */
@Component
public class PredictionStore implements DisposableBean {

  /** The contract's longest wait. */
  public static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(PredictionStore.class);

  private static final CircuitBreakerConfig BREAKER =
      CircuitBreakerConfig.custom()
          .slidingWindowSize(20)
          .minimumNumberOfCalls(10)
          .failureRateThreshold(50)
          .waitDurationInOpenState(Duration.ofSeconds(1))
          .permittedNumberOfCallsInHalfOpenState(3)
          .build();

  private final RedisClient questions;

  /** By the server's thread that they belong to. */
  private final Map<Executor, SharedReads> reads;

  /** Of who looks at a user: no reply waits for them, so they may take longer. */
  private final SharedReads lookUps;

  private final RedisClient waits;
  private final CircuitBreaker breaker;
  private final Timer readTime;
  private final Timer waitTime;
  private final Counter crowded;
  private final Counter nearHits;
  private final NearCache cache;
  private final Executor waiting = Executors.newVirtualThreadPerTaskExecutor();

  PredictionStore(StoreSettings settings, ServerLoops loops, MeterRegistry meters) {
    questions = RedisConnections.asking(settings);
    waits = RedisConnections.waiting(settings, settings.waiters(), LONGEST_WAIT);
    breaker = breaker("Reads");
    long budget = settings.readBudget().toNanos();
    var connector = new ReadConnector(settings.uri(), loops);
    reads =
        loops.all().stream()
            .collect(toMap(l -> l, l -> new SharedReads(l, connector, budget, breaker)));
    lookUps =
        new SharedReads(
            loops.all().getFirst(),
            connector,
            settings.lookUpBudget().toNanos(),
            breaker("Look-ups"));
    readTime = Timer.builder("attune.store.read").publishPercentileHistogram().register(meters);
    waitTime = Timer.builder("attune.reply.wait").publishPercentileHistogram().register(meters);
    cache = new NearCache(settings.nearCache(), settings.nearCacheTime());
    nearHits = Counter.builder("attune.store.near").register(meters);
    crowded = Counter.builder("attune.reply.wait.crowded").register(meters);
    Gauge.builder("attune.store.open", breaker, PredictionStore::isOpen).register(meters);
  }

  /**
   * What is stored now.
   *
   * @param thread where what Redis says is read: one of the server's for a reply, which has the
   *     read budget; any other for who looks at a user and has the look-up budget
   */
  public CompletableFuture<StoreAnswer> read(String userId, Executor thread) {
    return newest(userId, thread).thenApply(PredictionStore::answer);
  }

  /**
   * What is stored as soon as it includes the event at {@code after}, or when the time is over.
   *
   * @param thread as above; waiting takes other threads
   */
  public CompletableFuture<StoreAnswer> read(
      String userId, Position after, Duration wait, Executor thread) {
    Versioned near = cache.find(userId, after, System.nanoTime());
    if (near != null) {
      nearHits.increment();
      return CompletableFuture.completedFuture(new StoreAnswer.Held(near.prediction()));
    }
    return newest(userId, thread)
        .thenCompose(
            now -> {
              if (now.held() != null) {
                cache.keep(userId, now.held(), System.nanoTime());
              }
              return !now.reached() || wait.isZero() || includes(now.held(), after)
                  ? CompletableFuture.completedFuture(answer(now))
                  : CompletableFuture.supplyAsync(() -> await(userId, after, wait), waiting)
                      .thenApplyAsync(later -> later(userId, now, later), thread);
            });
  }

  private StoreAnswer later(String userId, Found now, @Nullable Versioned later) {
    if (later == null) {
      return answer(now);
    }
    cache.keep(userId, later, System.nanoTime());
    return new StoreAnswer.Held(later.prediction());
  }

  /**
   * Whether nothing older than this erasure is readable of a user, nor can come back: the store
   * holds the erasure's version or a later one, and no value from before.
   */
  public boolean isErased(String userId, Position erasure) {
    try {
      var stream = questions.xinfoStream(PredictionKey.of(userId));
      var last = PredictionKey.parse(stream.getLastGeneratedId().toString());
      boolean empty = stream.getLength() == 0;
      var version = new Position(last.epoch(), erasure.partition(), last.offset());
      return empty ? last.includes(erasure) : version.isAfter(erasure);
    } catch (JedisDataException e) {
      // no such key: nothing was ever stored, or the guard itself has expired
      return String.valueOf(e.getMessage()).contains("no such key");
    } catch (JedisException e) {
      return false;
    }
  }

  private static StoreAnswer answer(Found found) {
    if (!found.reached()) {
      return new StoreAnswer.Unavailable();
    }
    Versioned held = found.held();
    return held == null ? new StoreAnswer.Nothing() : new StoreAnswer.Held(held.prediction());
  }

  private static boolean includes(@Nullable Versioned held, Position after) {
    return held != null && PredictionKey.parse(held.entryId()).includes(after);
  }

  private CompletableFuture<Found> newest(String userId, Executor thread) {
    byte[] key = key(userId);
    long start = System.nanoTime();
    SharedReads own = reads.get(thread);
    return own != null
        ? own.newest(key).handle((entries, failure) -> found(start, entries, failure))
        : lookUps
            .newest(key)
            .handleAsync((entries, failure) -> found(start, entries, failure), thread);
  }

  private Found found(long start, @Nullable List<?> entries, @Nullable Throwable failure) {
    readTime.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    return failure == null
        ? new Found(true, StreamEntries.ofRange(entries))
        : new Found(false, null);
  }

  private @Nullable Versioned await(String userId, Position after, Duration wait) {
    long start = System.nanoTime();
    try {
      var params = XReadParams.xReadParams().count(1).block((int) wait.toMillis());
      List<Object> news = waits.xread(params, Map.entry(key(userId), before(after)));
      return StreamEntries.ofRead(news);
    } catch (JedisException e) {
      // no free connection, or Redis went away meanwhile: what was read before still holds
      crowded.increment();
      return null;
    } finally {
      waitTime.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
    }
  }

  /** XREAD answers with what is above this id: every model's prediction as of the event. */
  private static byte[] before(Position after) {
    String first = PredictionKey.entryId(after.epoch(), after.offset(), 1);
    return (first.substring(0, first.indexOf('-')) + "-0").getBytes(StandardCharsets.UTF_8);
  }

  static byte[] key(String userId) {
    return PredictionKey.of(userId).getBytes(StandardCharsets.UTF_8);
  }

  private static double isOpen(CircuitBreaker breaker) {
    return breaker.getState() == CircuitBreaker.State.CLOSED ? 0 : 1;
  }

  private static CircuitBreaker breaker(String of) {
    var breaker = CircuitBreaker.of(of, BREAKER);
    breaker
        .getEventPublisher()
        .onStateTransition(e -> LOG.warn("{} from Redis: {}", of, e.getStateTransition()));
    return breaker;
  }

  @Override
  public void destroy() {
    reads.values().forEach(SharedReads::close);
    lookUps.close();
    questions.close();
    waits.close();
  }

  private record Found(boolean reached, @Nullable Versioned held) {}
}

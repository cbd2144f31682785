package dev.attune.responses.store;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.stream.Collectors.toMap;

import dev.attune.core.reply.PredictionLookup;
import dev.attune.http.ServerLoops;
import dev.attune.predictions.BlockingReads;
import dev.attune.predictions.PredictionKey;
import dev.attune.predictions.PredictionReader;
import dev.attune.predictions.RedisPredictions;
import dev.attune.predictions.StoredEntry;
import dev.attune.responses.store.BudgetedReads.Found;
import dev.attune.schemas.Position;
import dev.attune.tracing.TraceSpan;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The newest prediction of a user, or word that it can't be had in time. A dead Redis costs replies
 * nothing but their personal touch: once half of the reads fail, a second passes until a few try
 * again.
 *
 * <p>Each of the server's threads reads on a connection of its own, so that an answer is handed
 * over to nobody. Replies that wait for a newer prediction never take those connections.
 */
@Component
public class PredictionStore {
  /** The contract's longest wait. */
  public static final Duration LONGEST_WAIT = Duration.ofSeconds(1);

  /** Quick ones in a row: connected, loaded and partly compiled. */
  private static final int WARM_READS = 20;

  /** Before the next try where Redis refuses at once: the start needs the processor. */
  private static final long WARM_PAUSE_MS = 20;

  private static final Logger log = LoggerFactory.getLogger(PredictionStore.class);

  /** By time: a pause of the machine fails all reads of a moment, which are few of two seconds. */
  private static final CircuitBreakerConfig BREAKER =
      CircuitBreakerConfig.custom()
          .slidingWindowType(SlidingWindowType.TIME_BASED)
          .slidingWindowSize(2)
          .minimumNumberOfCalls(10)
          .failureRateThreshold(50)
          .waitDurationInOpenState(Duration.ofSeconds(1))
          .permittedNumberOfCallsInHalfOpenState(3)
          .build();

  /** By the server's thread that they belong to. */
  private final Map<Executor, BudgetedReads> reads;

  /** Of who looks at a user: no reply waits for them, so they may take longer. */
  private final BudgetedReads lookUps;

  private final PredictionReader questions;
  private final BlockingReads laterReads;
  private final Duration readBudget;
  private final Duration lookUpBudget;
  private final Timer waitTime;
  private final Counter crowded;
  private final Counter nearHits;
  private final Counter unreadable;
  private final NearCache cache;

  PredictionStore(
      RedisPredictions redis, StoreSettings settings, ServerLoops loops, MeterRegistry meters) {
    readBudget = settings.readBudget();
    lookUpBudget = settings.lookUpBudget();
    questions = redis.reader();
    laterReads = redis.blockingReads(settings.waiters(), LONGEST_WAIT);
    CircuitBreaker breaker = breaker("Reads");
    Timer time = Timer.builder("attune.store.read").publishPercentileHistogram().register(meters);
    reads =
        loops.all().stream()
            .collect(
                toMap(
                    l -> l, l -> new BudgetedReads(redis.reader(l), l, readBudget, breaker, time)));
    lookUps =
        new BudgetedReads(
            questions, loops.all().getFirst(), lookUpBudget, breaker("Look-ups"), time);
    waitTime = Timer.builder("attune.reply.wait").publishPercentileHistogram().register(meters);
    cache = new NearCache(settings.nearCache(), settings.nearCacheTime());
    nearHits = Counter.builder("attune.store.near").register(meters);
    crowded = Counter.builder("attune.reply.wait.crowded").register(meters);
    unreadable =
        Counter.builder("attune.store.unreadable")
            .description("predictions of a schema that this version doesn't know")
            .register(meters);
    Gauge.builder("attune.store.open", breaker, PredictionStore::isOpen).register(meters);
    Gauge.builder("attune.store.budget", readBudget, budget -> budget.toNanos() / 1e9)
        .description("how long a reply waits for Redis")
        .baseUnit("seconds")
        .strongReference(true)
        .register(meters);
  }

  /**
   * Reads somebody unknown on each thread until answers come well within the budget. Slow ones are
   * what it is for, so the breaker does not hear of them: it would turn the first replies away.
   *
   * @param longest after which no further read begins
   * @return whether every thread is quick
   */
  boolean warmUp(Duration longest) {
    long end = System.nanoTime() + longest.toNanos();
    boolean allQuick = true;
    for (var own : reads.entrySet()) {
      allQuick &= warmUp(own.getKey(), own.getValue().apart(longest.dividedBy(4)), end);
    }
    return allQuick;
  }

  private boolean warmUp(Executor thread, BudgetedReads warming, long end) {
    String nobody = UUID.randomUUID().toString();
    Executor soon = CompletableFuture.delayedExecutor(WARM_PAUSE_MS, MILLISECONDS, thread);
    Executor next = thread;
    int quick = 0;
    while (quick < WARM_READS && System.nanoTime() - end < 0) {
      long start = System.nanoTime();
      boolean reached =
          CompletableFuture.supplyAsync(() -> warming.newest(nobody), next)
              .thenCompose(found -> found)
              .join()
              .reached();
      quick = reached && System.nanoTime() - start < readBudget.toNanos() / 4 ? quick + 1 : 0;
      next = reached ? thread : soon;
    }
    return quick == WARM_READS;
  }

  /**
   * What is stored now.
   *
   * @param thread where what Redis says is read: one of the server's for a reply, which has the
   *     read budget; any other for who looks at a user and has the look-up budget
   * @param span is linked to the trace that made the prediction
   */
  public CompletableFuture<PredictionLookup> read(String userId, Executor thread, TraceSpan span) {
    return newest(userId, thread).thenApply(found -> answer(found, span));
  }

  /**
   * What is stored as soon as it includes the event at {@code after}, or when the time is over.
   *
   * @param thread as above
   * @param span as above
   */
  public CompletableFuture<PredictionLookup> read(
      String userId, Position after, Duration wait, Executor thread, TraceSpan span) {
    StoredEntry near = cache.find(userId, after, System.nanoTime());
    if (near != null) {
      nearHits.increment();
      return CompletableFuture.completedFuture(answer(new Found(true, near), span));
    }
    return newest(userId, thread)
        .thenCompose(
            now -> {
              keep(userId, now.held());
              return !now.reached() || wait.isZero() || includes(now.held(), after)
                  ? CompletableFuture.completedFuture(answer(now, span))
                  : later(userId, after, wait, thread, now).thenApply(found -> answer(found, span));
            });
  }

  private CompletableFuture<Found> later(
      String userId, Position after, Duration wait, Executor thread, Found now) {
    long start = System.nanoTime();
    return laterReads
        .next(userId, PredictionKey.before(after), wait)
        .orTimeout(wait.plus(readBudget).toNanos(), TimeUnit.NANOSECONDS)
        .handleAsync(
            (news, failure) -> {
              waitTime.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
              if (failure != null) {
                // no free connection, or Redis went away meanwhile: what was read before holds
                crowded.increment();
              }
              Optional<StoredEntry> newer = failure == null ? news : Optional.empty();
              newer.ifPresent(entry -> keep(userId, entry));
              return newer.map(entry -> new Found(true, entry)).orElse(now);
            },
            thread);
  }

  private void keep(String userId, @Nullable StoredEntry entry) {
    if (entry != null) {
      cache.keep(userId, entry, System.nanoTime());
    }
  }

  /** Whether it is proven that nothing older than this erasure is readable of a user. */
  public boolean isErased(String userId, Position erasure) {
    return questions
        .isErased(userId, erasure)
        .completeOnTimeout(false, lookUpBudget.toNanos(), TimeUnit.NANOSECONDS)
        .exceptionally(failure -> false)
        .join();
  }

  private PredictionLookup answer(Found found, TraceSpan span) {
    if (!found.reached()) {
      return new PredictionLookup.Unavailable();
    }
    StoredEntry held = found.held();
    if (held == null) {
      return new PredictionLookup.Nothing();
    }
    span.link(held.trace());
    try {
      return new PredictionLookup.Held(held.prediction());
    } catch (UncheckedIOException e) {
      if (unreadable.count() == 0) {
        log.warn("Predictions can't be read, as while a newer version of Attune takes over", e);
      }
      unreadable.increment();
      return new PredictionLookup.Unavailable();
    }
  }

  private static boolean includes(@Nullable StoredEntry held, Position after) {
    return held != null && PredictionKey.parse(held.entryId()).includes(after);
  }

  private CompletableFuture<Found> newest(String userId, Executor thread) {
    BudgetedReads own = reads.get(thread);
    return own != null
        ? own.newest(userId)
        : lookUps.newest(userId).thenApplyAsync(found -> found, thread);
  }

  private static double isOpen(CircuitBreaker breaker) {
    return breaker.getState() == CircuitBreaker.State.CLOSED ? 0 : 1;
  }

  private static CircuitBreaker breaker(String of) {
    var breaker = CircuitBreaker.of(of, BREAKER);
    breaker
        .getEventPublisher()
        .onStateTransition(e -> log.warn("{} from Redis: {}", of, e.getStateTransition()));
    return breaker;
  }
}

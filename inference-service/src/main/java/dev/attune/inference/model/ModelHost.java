package dev.attune.inference.model;

import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.ModelRegistry.Live;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Follows the registry: what is live there is loaded, checked, warmed, and then put into service by
 * one volatile write. Batches under way finish with the model they began with, so a switch fails no
 * call. A model that can't be loaded changes nothing: the previous one goes on, and the reason is
 * kept for whoever asks.
 */
public final class ModelHost implements SmartLifecycle, Supplier<Slots> {

  private static final Logger log = LoggerFactory.getLogger(ModelHost.class);

  private final ModelRegistry registry;
  private final ModelProperties properties;
  private final InstantSource clock;
  private final Counter failures;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private final Thread thread;
  private volatile Slots slots = Slots.EMPTY;
  private volatile @Nullable Failure failure;

  /** Why what the registry names doesn't serve. */
  public record Failure(String version, long revision, String reason, Instant at) {

    boolean concerns(Live live) {
      return version.equals(live.version()) && revision == live.revision();
    }
  }

  public ModelHost(
      ModelRegistry registry,
      ModelProperties properties,
      InstantSource clock,
      MeterRegistry metrics) {
    this.registry = registry;
    this.properties = properties;
    this.clock = clock;
    this.thread = Thread.ofPlatform().name("models").daemon().unstarted(this::follow);
    this.failures =
        Counter.builder("attune.model.failures")
            .description("Models that were refused at loading")
            .register(metrics);
    Gauge.builder("attune.model.revision", this, host -> host.revision())
        .description("Revision of the model that serves; 0: none")
        .register(metrics);
  }

  private long revision() {
    ServedModel live = slots.live();
    return live == null ? 0 : live.revision();
  }

  @Override
  public Slots get() {
    return slots;
  }

  public Optional<Failure> failure() {
    return Optional.ofNullable(failure);
  }

  /** Takes up what the registry says now. */
  public synchronized void refresh() {
    try {
      Optional<Live> live = registry.live();
      if (live.isEmpty()) {
        slots = Slots.EMPTY;
        failure = null;
      } else {
        follow(live.get());
      }
    } catch (ModelException e) {
      failed(new Failure("", 0, String.valueOf(e.getMessage()), clock.instant()));
    }
  }

  private void follow(Live live) {
    ServedModel serving = slots.live();
    if (serving != null
        && serving.revision() == live.revision()
        && serving.version().equals(live.version())) {
      failure = null;
    } else if (!failedLately(live)) {
      take(live);
    }
  }

  private boolean failedLately(Live live) {
    Failure last = failure;
    return last != null
        && last.concerns(live)
        && last.at().plus(properties.retry()).isAfter(clock.instant());
  }

  private void take(Live live) {
    try {
      var model = new BundleModel(ModelBundle.load(live.dir()), live.revision());
      model.warm();
      slots = new Slots(model);
      failure = null;
      log.info("Model {} serves, revision {}", live.version(), live.revision());
    } catch (ModelException | RuntimeException e) {
      failures.increment();
      failed(
          new Failure(
              live.version(), live.revision(), String.valueOf(e.getMessage()), clock.instant()));
    }
  }

  private void failed(Failure next) {
    Failure last = failure;
    if (last == null || !last.reason().equals(next.reason())) {
      log.error("Model {} was refused: {}", next.version(), next.reason());
    }
    failure = next;
  }

  private void follow() {
    try {
      while (!stopping.await(properties.interval().toMillis(), TimeUnit.MILLISECONDS)) {
        refresh();
      }
    } catch (InterruptedException e) {
      log.debug("Interrupted: no longer following the registry");
    }
  }

  /**
   * The first look is done before anything is served, so that readiness means a model's readiness.
   */
  @Override
  public void start() {
    refresh();
    thread.start();
  }

  @Override
  public void stop() {
    stopping.countDown();
    try {
      thread.join(Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return thread.isAlive();
  }

  /** Before everything that scores. */
  @Override
  public int getPhase() {
    return -100;
  }
}

package dev.attune.inference.model;

import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelRegistry;
import dev.attune.core.scoring.ModelRegistry.Assignment;
import dev.attune.core.scoring.ModelRegistry.Canary;
import dev.attune.core.scoring.SentenceEncoders;
import dev.attune.kafka.background.BackgroundThread;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Follows the registry: what it puts into a slot is loaded, checked, warmed, and then put into
 * service by one volatile write. Batches under way finish with the models they began with, so a
 * switch fails no call.
 *
 * <p>A version and its revision never part, since a prediction of a higher revision can't be
 * replaced by one of the same: a live version that can't be loaded changes nothing, the models that
 * served go on with the revision they had. A canary that can't be loaded leaves its users to the
 * live version, as half a step ({@link #order}), so that everybody is scored again once it is
 * there. A shadow that can't be loaded leaves its slot empty. The reason is kept for whoever asks.
 */
@Component
public final class ModelHost extends BackgroundThread
    implements SmartLifecycle, Supplier<ModelSlots> {
  private static final Logger log = LoggerFactory.getLogger(ModelHost.class);

  /** Longer than any batch, which may still use a model that left its slot. */
  private static final Duration RETIREMENT = Duration.ofSeconds(30);

  private final ModelRegistry registry;
  private final ModelLoader loader;
  private final ModelSettings properties;
  private final InstantSource clock;
  private final Counter refusals;

  /** Loaded versions, those in a slot; guarded by this. */
  private final Map<String, ServedModel> loaded = new HashMap<>();

  private final Map<ServedModel, Instant> retired = new HashMap<>();
  private final Map<Slot, Failure> failures = new ConcurrentHashMap<>();
  private volatile ModelSlots slots = ModelSlots.EMPTY;

  /** The places a model can have. */
  public enum Slot {
    LIVE,
    CANARY,
    SHADOW
  }

  /** Why what the registry names for a slot isn't in it. */
  public record Failure(Slot slot, String version, String reason, Instant at) {}

  public ModelHost(
      ModelRegistry registry,
      SentenceEncoders encoders,
      ModelSettings properties,
      InstantSource clock,
      MeterRegistry metrics) {
    super("models");
    this.registry = registry;
    this.loader = new ModelLoader(registry, encoders, properties.secretOfServers());
    this.properties = properties;
    this.clock = clock;
    this.refusals =
        Counter.builder("attune.model.failures")
            .description("Models that were refused at loading")
            .register(metrics);
    Gauge.builder("attune.model.revision", this, ModelHost::revision)
        .description("Revision of the models that serve, in half steps; 0: none")
        .register(metrics);
    Gauge.builder("attune.model.canary.share", this, host -> host.slots.share())
        .description("Share of the users that the canary scores")
        .register(metrics);
  }

  private long revision() {
    ServedModel live = slots.live();
    return live == null ? 0 : live.revision();
  }

  @Override
  public ModelSlots get() {
    return slots;
  }

  /** One a slot at most. */
  public List<Failure> failures() {
    return failures.values().stream().sorted(Comparator.comparing(Failure::slot)).toList();
  }

  /** Takes up what the registry says now. Whatever fails, what serves goes on, and is told. */
  public synchronized void refresh() {
    try {
      Optional<Assignment> assignment = registry.assignment();
      if (assignment.isPresent()) {
        follow(assignment.get());
      } else if (slots.live() != null) {
        throw new ModelException("The registry no longer names a live version.");
      }
      retire();
    } catch (ModelException | RuntimeException e) {
      failed(Slot.LIVE, "", e);
    }
  }

  private void follow(Assignment assignment) {
    ServedModel live = take(Slot.LIVE, assignment.live().version());
    if (live == null) {
      return;
    }
    Canary wanted = assignment.canary();
    ServedModel canary = besides(live, Slot.CANARY, wanted == null ? null : wanted.version());
    ServedModel shadow = besides(live, Slot.SHADOW, assignment.shadow());
    boolean whole = wanted == null || canary != null;
    long order = order(assignment.live().revision(), whole);
    ModelSlots next =
        new ModelSlots(
            live.at(order),
            canary == null ? null : canary.at(order),
            canary == null || wanted == null ? 0 : wanted.share(),
            shadow == null ? null : shadow.at(order));
    if (!describe(next).equals(describe(slots))) {
      slots = next;
      log.info("Models serve: {}", describe(next));
    }
  }

  /**
   * The registry's revision in half steps: even while the live version stands in for a canary that
   * can't be loaded, odd when all are there.
   */
  private static long order(long revision, boolean whole) {
    return 2 * revision + (whole ? 1 : 0);
  }

  /** A canary or shadow: of the live model's features, or the users it gets would get nothing. */
  private @Nullable ServedModel besides(ServedModel live, Slot slot, @Nullable String version) {
    if (version == null) {
      failures.remove(slot);
      return null;
    }
    ServedModel model = take(slot, version);
    if (model != null && !model.featureSetId().equals(live.featureSetId())) {
      failed(slot, version, new ModelException("It knows other features than the live version."));
      return null;
    }
    return model;
  }

  private @Nullable ServedModel take(Slot slot, String version) {
    ServedModel known = loaded.get(version);
    if (known == null && !failedLately(slot, version)) {
      known = load(slot, version);
    }
    if (known != null) {
      failures.remove(slot);
    }
    return known;
  }

  private @Nullable ServedModel load(Slot slot, String version) {
    try {
      ServedModel model = loader.load(version);
      loaded.put(version, model);
      return model;
    } catch (ModelException | RuntimeException | StackOverflowError | OutOfMemoryError e) {
      refusals.increment();
      failed(slot, version, e);
      return null;
    }
  }

  private boolean failedLately(Slot slot, String version) {
    Failure last = failures.get(slot);
    return last != null
        && last.version().equals(version)
        && last.at().plus(properties.retry()).isAfter(clock.instant());
  }

  private void failed(Slot slot, String version, Throwable e) {
    String reason = String.valueOf(e.getMessage());
    Failure last = failures.put(slot, new Failure(slot, version, reason, clock.instant()));
    if (last == null || !last.reason().equals(reason)) {
      log.error("Model {} was refused for {}: {}", version, slot, reason);
    }
  }

  /** Models without a slot are let go, those that hold connections once no batch can use them. */
  private void retire() {
    List<String> serving = slots.loaded().stream().map(ServedModel::version).toList();
    loaded
        .entrySet()
        .removeIf(
            entry -> {
              boolean leaves = !serving.contains(entry.getKey());
              if (leaves) {
                retired.put(entry.getValue(), clock.instant());
              }
              return leaves;
            });
    retired
        .entrySet()
        .removeIf(
            entry -> {
              boolean over = entry.getValue().plus(RETIREMENT).isBefore(clock.instant());
              if (over) {
                entry.getKey().close();
              }
              return over;
            });
  }

  private static String describe(ModelSlots slots) {
    return "live %s, canary %s of %s, shadow %s"
        .formatted(
            describe(slots.live()),
            slots.share(),
            describe(slots.canary()),
            describe(slots.shadow()));
  }

  private static String describe(@Nullable ServedModel model) {
    return model == null ? "none" : model.version() + " revision " + model.revision();
  }

  @Override
  protected void run() {
    while (!pause(properties.interval())) {
      refresh();
    }
  }

  /**
   * The first look is done before anything is served, so that readiness means a model's readiness.
   */
  @Override
  public void start() {
    refresh();
    super.start();
  }

  @Override
  public void stop() {
    super.stop();
    close();
  }

  private synchronized void close() {
    loaded.values().forEach(ServedModel::close);
    retired.keySet().forEach(ServedModel::close);
  }

  /** Before everything that scores. */
  @Override
  public int getPhase() {
    return -100;
  }
}

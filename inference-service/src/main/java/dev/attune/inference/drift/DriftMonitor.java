package dev.attune.inference.drift;

import dev.attune.core.drift.AgeBucket;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.inference.drift.DriftReport.Drift;
import dev.attune.inference.model.ModelSlots;
import dev.attune.inference.model.ServedModel;
import dev.attune.schemas.avro.Prediction;
import dev.attune.schemas.avro.SessionFeatures;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Compares what comes in and what the live model says with the references in its bundle.
 *
 * <p>Like is compared with like: a model trained on rows after messages is compared with rows after
 * messages only, by the event type that its manifest names, and users are compared with the
 * training's users of the same age ({@link Comparison}). A prediction carries neither, so it waits,
 * among some thousand others, for the row of its event, or the row for it.
 *
 * <p>Another live version starts over. All methods are synchronized; the topics' reader writes,
 * HTTP and metrics read.
 */
@Component
final class DriftMonitor {
  private static final int WAITING = 20_000;

  private final DriftSettings properties;
  private final Supplier<ModelSlots> models;
  private final InstantSource clock;
  private final Map<String, Prediction> predictions = bounded();
  private final Map<String, AgeProfile> rows = bounded();
  private TrackedModel tracked = TrackedModel.NONE;
  private long observed;
  private long ageless;

  DriftMonitor(DriftSettings properties, Supplier<ModelSlots> models, InstantSource clock) {
    this.properties = properties;
    this.models = models;
    this.clock = clock;
  }

  private static <V> Map<String, V> bounded() {
    return new LinkedHashMap<>() {
      @Override
      protected boolean removeEldestEntry(Map.Entry<String, V> eldest) {
        return size() > WAITING;
      }
    };
  }

  synchronized void observe(SessionFeatures row) {
    follow();
    if (!tracked.moments().isEmpty() && !tracked.moments().contains(row.getEventType())) {
      return;
    }
    observed++;
    Long firstSeenAt = row.getFirstSeenAt();
    if (firstSeenAt == null) {
      ageless++;
      return;
    }
    long age = AgeBucket.age(row.getOccurredAt(), firstSeenAt);
    tracked.at(age).ifPresent(profile -> add(row, age, profile));
  }

  private void add(SessionFeatures row, long age, AgeProfile profile) {
    profile.add(
        row.getUserId(), age, row.getVector(), tracked.numbers(), tracked.categories(), tile());
    profile.add(row.getVector(), tracked.segments(), tile());
    String event = key(row.getEpoch(), row.getPartition(), row.getOffset());
    Prediction waiting = predictions.remove(event);
    if (waiting == null) {
      rows.put(event, profile);
    } else {
      add(waiting, profile);
    }
  }

  synchronized void observe(Prediction prediction) {
    follow();
    String event = key(prediction.getEpoch(), prediction.getPartition(), prediction.getOffset());
    AgeProfile profile = rows.remove(event);
    if (profile == null) {
      predictions.put(event, prediction);
    } else {
      add(prediction, profile);
    }
  }

  /** Only what the version itself said: a canary has a distribution of its own. */
  private void add(Prediction prediction, AgeProfile profile) {
    if (prediction.getModelVersion().equals(tracked.version())
        && !prediction.getProbabilities().isEmpty()) {
      profile.add(prediction, tile());
    }
  }

  private static String key(int epoch, int partition, long offset) {
    return epoch + "/" + partition + "/" + offset;
  }

  private long tile() {
    return clock.millis() / properties.tileMillis();
  }

  private void follow() {
    ServedModel live = models.get().live();
    String version = live == null ? "" : live.version();
    if (!version.equals(tracked.version())) {
      tracked = live == null ? TrackedModel.NONE : TrackedModel.of(live, properties.tiles());
      rows.clear();
      observed = 0;
      ageless = 0;
    }
  }

  synchronized DriftReport report() {
    follow();
    List<Drift> features = new ArrayList<>();
    tracked.numbers().keySet().forEach(name -> features.add(drift(name)));
    tracked.categories().keySet().forEach(name -> features.add(drift(name)));
    tracked.segments().forEach(segment -> features.add(drift(segment.feature())));
    return new DriftReport(
        tracked.references().isEmpty() ? null : tracked.version(),
        properties.window().toString(),
        observed,
        ageless,
        features,
        optional(ModelManifest.PREDICTION),
        optional(ModelManifest.CONFIDENCE));
  }

  private @Nullable Drift optional(String name) {
    return tracked.references().contains(name) ? drift(name) : null;
  }

  private Drift drift(String name) {
    return Comparison.of(name, tracked.ages(), tile());
  }
}

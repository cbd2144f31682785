package dev.attune.inference.drift;

import dev.attune.core.scoring.Encoding;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.core.scoring.ModelManifest.Reference;
import dev.attune.inference.drift.DriftReport.Drift;
import dev.attune.inference.model.ModelSlots;
import dev.attune.inference.model.ServedModel;
import dev.attune.schemas.avro.FeatureVector;
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
 * messages only, by the event type that its manifest names. A prediction carries no event type, so
 * it waits, among some thousand others, for the row of its event, or the row for it.
 *
 * <p>Another live version starts over. All methods are synchronized; the topics' reader writes,
 * HTTP and metrics read.
 */
@Component
final class DriftMonitor {
  private static final int WAITING = 20_000;
  private static final TrackedModel NONE =
      new TrackedModel("", null, Map.of(), Map.of(), Map.of(), Map.of());

  private final DriftSettings properties;
  private final Supplier<ModelSlots> models;
  private final InstantSource clock;
  private final Map<String, Prediction> predictions = bounded();
  private final Map<String, Boolean> rows = bounded();
  private TrackedModel tracked = NONE;
  private long observed;

  /** The references of one version with their histograms, and where their values are. */
  private record TrackedModel(
      String version,
      @Nullable String eventType,
      Map<String, Reference> references,
      Map<String, Histogram> histograms,
      Map<String, Integer> numbers,
      Map<String, Integer> categories) {}

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
    if (tracked.eventType != null && !tracked.eventType.equals(row.getEventType())) {
      return;
    }
    observed++;
    long tile = tile();
    FeatureVector vector = row.getVector();
    tracked.numbers.forEach(
        (name, index) -> {
          if (index < vector.getNumbers().size()) {
            histogram(name).add(tile, vector.getNumbers().get(index));
          }
        });
    tracked.categories.forEach(
        (name, index) -> {
          if (index < vector.getCategories().size()) {
            addCategory(histogram(name), tile, vector.getCategories().get(index));
          }
        });
    String event = key(row.getEpoch(), row.getPartition(), row.getOffset());
    Prediction waiting = predictions.remove(event);
    if (waiting == null) {
      rows.put(event, true);
    } else {
      add(waiting);
    }
  }

  private static void addCategory(Histogram histogram, long tile, @Nullable String value) {
    if (value == null) {
      histogram.addMissing(tile);
    } else {
      histogram.add(tile, value);
    }
  }

  synchronized void observe(Prediction prediction) {
    follow();
    String event = key(prediction.getEpoch(), prediction.getPartition(), prediction.getOffset());
    if (tracked.eventType == null || rows.remove(event) != null) {
      add(prediction);
    } else {
      predictions.put(event, prediction);
    }
  }

  /** Only what the version itself said: a canary has a distribution of its own. */
  private void add(Prediction prediction) {
    Histogram labels = tracked.histograms.get(ModelManifest.PREDICTION);
    Histogram confidence = tracked.histograms.get(ModelManifest.CONFIDENCE);
    if (labels != null
        && confidence != null
        && prediction.getModelVersion().equals(tracked.version)
        && !prediction.getProbabilities().isEmpty()) {
      labels.add(tile(), prediction.getLabel());
      confidence.add(tile(), prediction.getProbabilities().getFirst().getProbability());
    }
  }

  private static String key(int epoch, int partition, long offset) {
    return epoch + "/" + partition + "/" + offset;
  }

  private Histogram histogram(String name) {
    Histogram histogram = tracked.histograms.get(name);
    if (histogram == null) {
      throw new IllegalStateException("no histogram of " + name);
    }
    return histogram;
  }

  private long tile() {
    return clock.millis() / properties.tileMillis();
  }

  private void follow() {
    ServedModel live = models.get().live();
    String version = live == null ? "" : live.version();
    if (!version.equals(tracked.version)) {
      tracked = live == null ? NONE : tracked(live);
      observed = 0;
    }
  }

  private TrackedModel tracked(ServedModel live) {
    ModelManifest manifest = live.manifest().orElse(null);
    if (manifest == null) {
      return new TrackedModel(live.version(), null, Map.of(), Map.of(), Map.of(), Map.of());
    }
    Map<String, Reference> references = new LinkedHashMap<>();
    Map<String, Histogram> histograms = new LinkedHashMap<>();
    for (Reference reference : manifest.references()) {
      references.put(reference.feature(), reference);
      histograms.put(reference.feature(), new Histogram(reference, properties.tiles()));
    }
    Map<String, Integer> numbers = new LinkedHashMap<>();
    Map<String, Integer> categories = new LinkedHashMap<>();
    for (Encoding encoding : manifest.encodings()) {
      if (references.containsKey(encoding.feature()) && !(encoding instanceof Encoding.Text)) {
        boolean number = encoding instanceof Encoding.Number;
        (number ? numbers : categories).put(encoding.feature(), encoding.index());
      }
    }
    return new TrackedModel(
        live.version(), manifest.data().eventType(), references, histograms, numbers, categories);
  }

  synchronized DriftReport report() {
    follow();
    List<Drift> features = new ArrayList<>();
    tracked.numbers.keySet().forEach(name -> features.add(drift(name)));
    tracked.categories.keySet().forEach(name -> features.add(drift(name)));
    return new DriftReport(
        tracked.references.isEmpty() ? null : tracked.version,
        properties.window().toString(),
        observed,
        features,
        optional(ModelManifest.PREDICTION),
        optional(ModelManifest.CONFIDENCE));
  }

  private @Nullable Drift optional(String name) {
    return tracked.references.containsKey(name) ? drift(name) : null;
  }

  private Drift drift(String name) {
    Reference reference = tracked.references.get(name);
    if (reference == null) {
      throw new IllegalStateException("no reference of " + name);
    }
    return Drift.of(reference, histogram(name).counts(tile()));
  }
}

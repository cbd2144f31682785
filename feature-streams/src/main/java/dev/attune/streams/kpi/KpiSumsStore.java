package dev.attune.streams.kpi;

import dev.attune.core.kpi.KpiSlice;
import dev.attune.core.kpi.KpiSums;
import dev.attune.core.kpi.UserKpis.Delta;
import dev.attune.schemas.SingleObject;
import dev.attune.schemas.avro.Kpi;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * One task's sums by slice. A change is saved in the call that makes it; what changed is published
 * now and then. Days from before {@link #KEPT} have no sums: nobody reports them, and whoever may
 * send events may name any day.
 */
final class KpiSumsStore {
  /** As long as the topic keeps what no longer changes. */
  private static final Duration KEPT = Duration.ofDays(90);

  private static final BinaryMessageDecoder<Kpi> DECODER =
      SingleObject.decoder(Kpi.getClassSchema());

  private final KeyValueStore<String, byte[]> store;
  private final ProcessorContext<String, SpecificRecord> context;
  private final InstantSource clock;
  private final Map<String, KpiSums> known = new HashMap<>();
  private final Set<String> unpublished = new HashSet<>();

  KpiSumsStore(
      KeyValueStore<String, byte[]> store,
      ProcessorContext<String, SpecificRecord> context,
      InstantSource clock) {
    this.store = store;
    this.context = context;
    this.clock = clock;
    // what was saved but not published before a crash
    try (var all = store.all()) {
      all.forEachRemaining(entry -> unpublished.add(entry.key));
    }
  }

  void change(List<Delta> deltas) {
    String oldest = oldest();
    for (Delta delta : deltas) {
      for (KpiSlice slice : delta.slices()) {
        if (slice.day().compareTo(oldest) >= 0) {
          change(slice, delta.sums());
        }
      }
    }
  }

  private void change(KpiSlice slice, KpiSums delta) {
    KpiSums sums = known.computeIfAbsent(slice.key(), this::load);
    sums.add(delta);
    Kpi record = sums.toAvro(slice, partition(), clock.millis());
    store.put(slice.key(), SingleObject.write(record, Kpi.getEncoder()));
    unpublished.add(slice.key());
  }

  private KpiSums load(String key) {
    var sums = new KpiSums();
    byte[] bytes = store.get(key);
    if (bytes != null) {
      sums.add(SingleObject.read(bytes, DECODER));
    }
    return sums;
  }

  void publish() {
    long now = clock.millis();
    for (String key : unpublished) {
      byte[] bytes = store.get(key);
      if (bytes != null) {
        context.forward(new Record<>(key, SingleObject.read(bytes, DECODER), now), KpiBranch.KPIS);
      }
    }
    unpublished.clear();
  }

  /** Keys are in the order of days. */
  void prune() {
    Set<String> old = new HashSet<>();
    try (var slices = store.range(null, oldest())) {
      slices.forEachRemaining(entry -> old.add(entry.key));
    }
    for (String key : old) {
      store.delete(key);
      known.remove(key);
    }
  }

  /** The first day that is kept, which sorts before its slices' keys. */
  private String oldest() {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    return today.minusDays(KEPT.toDays()).toString();
  }

  private int partition() {
    return context.taskId().partition();
  }
}

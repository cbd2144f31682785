package dev.attune.streams.topology;

import dev.attune.schemas.avro.SegmentChange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * How many users of one task are in each segment. The store keeps the counts over restarts and
 * moves; a change costs one put, and changes are rare beside events. What a task counts is added to
 * the meters while it has the task.
 */
final class SegmentSizes {
  private final KeyValueStore<String, Long> store;
  private final EventMeters meters;
  private final Map<String, Long> sizes = new HashMap<>();

  SegmentSizes(KeyValueStore<String, Long> store, EventMeters meters) {
    this.store = store;
    this.meters = meters;
    try (var entries = store.all()) {
      entries.forEachRemaining(entry -> set(entry.key, entry.value));
    }
  }

  void count(List<SegmentChange> changes) {
    for (SegmentChange change : changes) {
      int step = change.getChange().equals("entered") ? 1 : -1;
      long size = sizes.getOrDefault(change.getSegment(), 0L) + step;
      set(change.getSegment(), size);
      store.put(change.getSegment(), size);
    }
  }

  private void set(String segment, long size) {
    Long before = sizes.put(segment, size);
    meters.segment(segment, size - (before == null ? 0 : before));
  }

  /** Another instance has the task now. */
  void close() {
    sizes.forEach((segment, size) -> meters.segment(segment, -size));
  }
}

package dev.attune.core.kpi;

import dev.attune.core.experiment.statistics.LogHistogram;
import dev.attune.schemas.avro.Kpi;
import dev.attune.schemas.avro.ResolutionBucket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sums by measure, and resolution times by logarithmic buckets of ±1 %. Sums of users, partitions
 * and days add up; what was added can be taken away again. Not thread-safe.
 */
public final class KpiSums {
  private final long[] sums = new long[Measure.values().length];
  private final TreeMap<Integer, Long> resolutions = new TreeMap<>();

  public long get(Measure measure) {
    return sums[measure.ordinal()];
  }

  /** Issues by {@link LogHistogram#bucket} of their resolution time in seconds. */
  public Map<Integer, Long> resolutions() {
    return resolutions;
  }

  void add(Measure measure, long amount) {
    sums[measure.ordinal()] += amount;
  }

  void resolved(double seconds) {
    addBucket(LogHistogram.bucket(seconds), 1);
  }

  private void addBucket(int bucket, long issues) {
    resolutions.merge(bucket, issues, Long::sum);
    resolutions.remove(bucket, 0L);
  }

  public void add(KpiSums other) {
    add(other, 1);
  }

  void subtract(KpiSums other) {
    add(other, -1);
  }

  private void add(KpiSums other, int sign) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += sign * other.sums[i];
    }
    other.resolutions.forEach((bucket, issues) -> addBucket(bucket, sign * issues));
  }

  /** Measures that a newer writer knows are passed over. */
  public void add(Kpi record) {
    for (Measure measure : Measure.values()) {
      add(measure, record.getSums().getOrDefault(measure.wireName(), 0L));
    }
    record.getResolutions().forEach(b -> addBucket(b.getBucket(), b.getIssues()));
  }

  public Kpi toAvro(KpiSlice slice, int partition, long updatedAt) {
    Map<String, Long> named = new HashMap<>();
    for (Measure measure : Measure.values()) {
      if (get(measure) != 0) {
        named.put(measure.wireName(), get(measure));
      }
    }
    List<ResolutionBucket> buckets =
        resolutions.entrySet().stream()
            .map(e -> new ResolutionBucket(e.getKey(), e.getValue()))
            .toList();
    return new Kpi(
        slice.day(), slice.dimension(), slice.value(), partition, updatedAt, named, buckets);
  }
}

package dev.attune.core.kpi;

import dev.attune.schemas.avro.Kpi;

/**
 * Which sums: those of a day, or of a part of it.
 *
 * @param day ISO date in UTC
 * @param dimension {@link KpiDimensions#ALL} or one of the others
 * @param value which channel, intent, …; empty for all
 */
public record KpiSlice(String day, String dimension, String value) {
  public static KpiSlice of(Kpi record) {
    return new KpiSlice(record.getDay(), record.getDimension(), record.getValue());
  }

  /** The record key, in order of days. */
  public String key() {
    return day + "/" + dimension + "/" + value;
  }
}

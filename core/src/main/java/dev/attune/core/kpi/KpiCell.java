package dev.attune.core.kpi;

import dev.attune.schemas.avro.Kpi;

/**
 * Whose sums: a day's, or a part of it.
 *
 * @param day ISO date in UTC
 * @param dimension {@link KpiDimensions#ALL} or one of the others
 * @param value which channel, intent, …; empty for all
 */
public record KpiCell(String day, String dimension, String value) {

  public static KpiCell of(Kpi record) {
    return new KpiCell(record.getDay(), record.getDimension(), record.getValue());
  }

  /** The record key, in order of days. */
  public String key() {
    return day + "/" + dimension + "/" + value;
  }
}

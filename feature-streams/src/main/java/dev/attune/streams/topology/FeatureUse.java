package dev.attune.streams.topology;

import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureRow;
import java.util.List;

/**
 * How often each feature had something to say, of one task's events. A feature whose condition
 * never holds stays at 0. Owned by the task's thread, which tells the meters now and then: that
 * costs an event a few additions.
 */
final class FeatureUse {
  private final List<FeatureColumn> columns;
  private final long[] rows;
  private final EventMeters meters;

  FeatureUse(List<FeatureColumn> columns, EventMeters meters) {
    this.columns = columns;
    this.rows = new long[columns.size()];
    this.meters = meters;
    tell(); // those that never say anything are known, too
  }

  void count(FeatureRow row) {
    for (int i = 0; i < rows.length; i++) {
      if (row.says(columns.get(i))) {
        rows[i]++;
      }
    }
  }

  void tell() {
    for (int i = 0; i < rows.length; i++) {
      meters.featureRows(columns.get(i).name(), rows[i]);
      rows[i] = 0;
    }
  }
}

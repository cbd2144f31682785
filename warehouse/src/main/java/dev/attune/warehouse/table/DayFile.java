package dev.attune.warehouse.table;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One file: a table's rows of one day (UTC) that came from one partition of the topic.
 *
 * @param partition as the row's user is partitioned by
 */
public record DayFile(Table table, LocalDate day, int partition) {
  private static final Pattern PATH =
      Pattern.compile("([a-z-]+)/day=(\\d{4}-\\d{2}-\\d{2})/partition-(\\d{5})\\.parquet");

  /** {@code interaction-events/day=2026-01-31/partition-00003.parquet}, as Hive lays out days. */
  public String path() {
    return String.format(
        Locale.ROOT, "%s/day=%s/partition-%05d.parquet", table.folder(), day, partition);
  }

  /** The file of a path; empty when it is none of ours. */
  public static Optional<DayFile> of(String path) {
    Matcher parts = PATH.matcher(path);
    if (!parts.matches()) {
      return Optional.empty();
    }
    for (Table table : Table.values()) {
      if (table.folder().equals(parts.group(1))) {
        try {
          LocalDate day = LocalDate.parse(parts.group(2));
          return Optional.of(new DayFile(table, day, Integer.parseInt(parts.group(3))));
        } catch (DateTimeException e) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }
}

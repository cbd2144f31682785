package dev.attune.cli.quality;

import dev.attune.training.quality.QualityReport;
import dev.attune.training.quality.QualityReport.Field;
import dev.attune.training.quality.QualityReport.Share;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A report in lines of text: what changed first. */
public final class QualityTable {
  private static final String SDK_ROW = "  %-34s %10s %10s %10s%s";
  private static final String FIELD_ROW = "  %-34s %10s %10s %10s  %-10s%s";

  private QualityTable() {}

  /** Nothing when there are no events. */
  public static List<String> lines(QualityReport report) {
    List<String> lines = new ArrayList<>();
    if (report.from() == null || report.to() == null) {
      return lines;
    }
    lines.add(
        "Events from %s to %s; lately is since %s"
            .formatted(day(report.from()), day(report.to()), day(report.since())));
    lines.add("");
    lines.add(row(SDK_ROW, "rejected, by sender", "events", "before", "lately", ""));
    for (QualityReport.Sdk sdk : report.sdks()) {
      lines.add(
          row(
              SDK_ROW,
              sdk.name().isEmpty() ? "(not told)" : sdk.name(),
              events(sdk.before(), sdk.lately()),
              percent(sdk.before()),
              percent(sdk.lately()),
              changed(sdk.isChanged())));
    }
    lines.add("");
    lines.add(row(FIELD_ROW, "filled, by field", "events", "before", "lately", "last", ""));
    report.fields().stream().filter(Field::isChanged).map(QualityTable::field).forEach(lines::add);
    report.fields().stream()
        .filter(field -> !field.isChanged())
        .map(QualityTable::field)
        .forEach(lines::add);
    unseen(report, lines);
    return lines;
  }

  private static String field(Field field) {
    return row(
        FIELD_ROW,
        field.name(),
        events(field.before(), field.lately()),
        percent(field.before()),
        percent(field.lately()),
        field.newest() == null ? "never" : day(field.newest()).toString(),
        changed(field.isChanged()));
  }

  private static String row(String format, Object... cells) {
    return String.format(Locale.ROOT, format, cells).stripTrailing();
  }

  private static String events(Share before, Share lately) {
    return String.format(Locale.ROOT, "%,d", before.all() + lately.all());
  }

  private static String changed(boolean isChanged) {
    return isChanged ? "  changed" : "";
  }

  private static void unseen(QualityReport report, List<String> lines) {
    lines.add("");
    List<String> values = new ArrayList<>();
    for (Field field : report.fields()) {
      field
          .unseen()
          .forEach(
              (value, events) -> values.add(row("  %s: %s (%,d)", field.name(), value, events)));
    }
    lines.add(
        values.isEmpty()
            ? "No category has a value that it had not before."
            : "Values that no event before had:");
    lines.addAll(values);
  }

  private static LocalDate day(Instant at) {
    return LocalDate.ofInstant(at, ZoneOffset.UTC);
  }

  private static String percent(Share share) {
    return share.all() == 0 ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * share.value());
  }
}

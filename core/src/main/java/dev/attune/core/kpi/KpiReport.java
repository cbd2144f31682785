package dev.attune.core.kpi;

import dev.attune.core.experiment.statistics.KaplanMeier;
import dev.attune.core.experiment.statistics.LogHistogram;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The KPIs of some days as rates, a row a day, channel, intent, model version, segment or arm of an
 * experiment. Shares and means of nothing are absent.
 *
 * <p>Resolution times are quantiles of the Kaplan–Meier curve, in which issues still open count as
 * taking longer than their age (since the end of the day they were opened): the quantile of the
 * resolved alone would look the better the more hard cases are left open.
 *
 * @param by day, channel, intent, model, segment, arm ({@code experiment/variant}) or all
 */
public record KpiReport(LocalDate from, LocalDate to, String by, List<Row> rows) {
  public static final String BY_DAY = "day";

  /** One row for everybody. */
  public static final String ALL = KpiDimensions.ALL;

  /** What {@code by} may be. */
  public static final List<String> DIMENSIONS =
      List.of(BY_DAY, "channel", "intent", "model", "segment", "arm", ALL);

  /**
   * @param value which day, channel, …
   */
  public record Row(
      String value,
      long visits,
      Engagement engagement,
      Handling handling,
      Csat csat,
      Resolution resolution) {}

  /**
   * What people spent on their replies ({@code agent_replied.responseSeconds}).
   *
   * @param secondsPerConversation of all conversations, those that the bot settled alone with 0.
   *     Conversations in which a person answered without saying how long it took are not among them
   * @param secondsPerAssisted of those in which a person answered and said it
   */
  public record Handling(
      double totalSeconds,
      @Nullable Double secondsPerConversation,
      @Nullable Double secondsPerAssisted) {}

  /**
   * @param assistedShare conversations in which a person answered
   */
  public record Engagement(
      long conversations,
      @Nullable Double messagesPerConversation,
      @Nullable Double quickReplyShare,
      @Nullable Double assistedShare,
      @Nullable Double agentRepliesPerConversation) {}

  /**
   * @param satisfiedShare scores of 4 and above
   */
  public record Csat(long ratings, @Nullable Double mean, @Nullable Double satisfiedShare) {}

  /**
   * @param medianSeconds absent when less than half were resolved in the time observed; ±1 %
   * @param openByAge issues still open by days since they were opened
   */
  public record Resolution(
      long opened,
      long resolved,
      long open,
      @Nullable Double medianSeconds,
      @Nullable Double p90Seconds,
      Map<String, Long> openByAge) {}

  /** The rows' slices of these days, both included. */
  public static KpiReport of(
      Map<KpiSlice, KpiSums> slices, String by, LocalDate from, LocalDate to, Instant now) {
    Predicate<KpiSlice> rowed =
        slice -> slice.dimension().equals(by.equals(BY_DAY) ? KpiDimensions.ALL : by);
    return of(slices, by, rowed, from, to, now);
  }

  /**
   * The same by day, of the conversations in one arm.
   *
   * @param arm {@code experiment/variant}
   */
  public static KpiReport ofArmByDay(
      Map<KpiSlice, KpiSums> slices, String arm, LocalDate from, LocalDate to, Instant now) {
    Predicate<KpiSlice> ofArm =
        slice -> slice.dimension().equals("arm") && slice.value().equals(arm);
    return of(slices, BY_DAY, ofArm, from, to, now);
  }

  private static KpiReport of(
      Map<KpiSlice, KpiSums> slices,
      String by,
      Predicate<KpiSlice> taken,
      LocalDate from,
      LocalDate to,
      Instant now) {
    Map<String, Days> rows = new TreeMap<>();
    slices.forEach(
        (slice, sums) -> {
          LocalDate day = LocalDate.parse(slice.day());
          if (taken.test(slice) && !day.isBefore(from) && !day.isAfter(to)) {
            String value = by.equals(BY_DAY) ? slice.day() : slice.value();
            rows.computeIfAbsent(value, _ -> new Days()).add(day, sums);
          }
        });
    List<Row> report = new ArrayList<>();
    rows.forEach((value, days) -> report.add(days.row(value, now)));
    return new KpiReport(from, to, by, report);
  }

  /** The days that a row is made of. */
  private static final class Days {
    private final KpiSums sums = new KpiSums();
    private final Map<LocalDate, Long> openByDay = new TreeMap<>();

    void add(LocalDate day, KpiSums more) {
      sums.add(more);
      long open = more.get(Measure.OPENED) - more.get(Measure.RESOLVED);
      openByDay.merge(day, open, Long::sum);
    }

    Row row(String value, Instant now) {
      return new Row(
          value, sums.get(Measure.VISITS), engagement(), handling(), csat(), resolution(now));
    }

    private Handling handling() {
      long handled = sums.get(Measure.HANDLED);
      long alone = sums.get(Measure.CONVERSATIONS) - sums.get(Measure.ASSISTED);
      boolean known = handled > 0 || sums.get(Measure.ASSISTED) == 0;
      return new Handling(
          sums.get(Measure.HANDLING_MILLIS) / 1e3,
          known ? thousandths(Measure.HANDLING_MILLIS, handled + alone) : null,
          thousandths(Measure.HANDLING_MILLIS, handled));
    }

    /** The mean of what is summed in thousandths. */
    private @Nullable Double thousandths(Measure measure, long count) {
      Double mean = per(measure, count);
      return mean == null ? null : (Double) (mean / 1e3);
    }

    private Engagement engagement() {
      long conversations = sums.get(Measure.CONVERSATIONS);
      return new Engagement(
          conversations,
          per(Measure.MESSAGES, conversations),
          per(Measure.QUICK_REPLIED, conversations),
          per(Measure.ASSISTED, conversations),
          per(Measure.AGENT_REPLIES, conversations));
    }

    private Csat csat() {
      long rated = sums.get(Measure.RATED);
      return new Csat(
          rated, thousandths(Measure.SCORE_MILLIS, rated), per(Measure.SATISFIED, rated));
    }

    private @Nullable Double per(Measure measure, long count) {
      return count == 0 ? null : (Double) ((double) sums.get(measure) / count);
    }

    private Resolution resolution(Instant now) {
      var curve = new KaplanMeier();
      sums.resolutions().forEach((bucket, n) -> curve.event(LogHistogram.value(bucket), n));
      Map<String, Long> ages = new LinkedHashMap<>();
      openByDay.forEach(
          (day, open) -> {
            if (open > 0) {
              Duration age = age(day, now);
              curve.censored(age.toMillis() / 1e3, open);
              ages.merge(ageName(age.toDays()), open, Long::sum);
            }
          });
      long opened = sums.get(Measure.OPENED);
      long resolved = sums.get(Measure.RESOLVED);
      return new Resolution(
          opened,
          resolved,
          opened - resolved,
          finite(curve.quantile(0.5)),
          finite(curve.quantile(0.9)),
          ages);
    }

    private static Duration age(LocalDate day, Instant now) {
      Instant end = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
      return end.isBefore(now) ? Duration.between(end, now) : Duration.ZERO;
    }

    private static String ageName(long days) {
      if (days < 1) {
        return "lessThan1d";
      }
      if (days < 3) {
        return "1dTo3d";
      }
      return days < 7 ? "3dTo7d" : "7dAndMore";
    }

    private static @Nullable Double finite(double seconds) {
      return Double.isNaN(seconds) ? null : (Double) seconds;
    }
  }
}

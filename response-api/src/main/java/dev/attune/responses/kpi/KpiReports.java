package dev.attune.responses.kpi;

import dev.attune.core.kpi.KpiReport;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Reports over days, and the last week's headlines as gauges. */
@Component
class KpiReports {
  /** As long as the topic keeps them. */
  private static final int KEPT_DAYS = 90;

  private static final int WEEK = 7;

  /** So long one report does for all gauges: it goes over everything that is kept. */
  private static final Duration GAUGES_FRESH = Duration.ofSeconds(5);

  private final KpiLog log;
  private final InstantSource clock;
  private @Nullable LastWeek lastWeek;

  private record LastWeek(Optional<KpiReport.Row> row, Instant made) {}

  KpiReports(KpiLog log, InstantSource clock, MeterRegistry meters) {
    this.log = log;
    this.clock = clock;
    gauge(meters, "attune.kpi.open.issues", k -> k.lastWeek(r -> (double) r.resolution().open()));
    gauge(
        meters,
        "attune.kpi.resolution.median.seconds",
        k -> k.lastWeek(r -> r.resolution().medianSeconds()));
    gauge(meters, "attune.kpi.csat.mean", k -> k.lastWeek(r -> r.csat().mean()));
    gauge(
        meters, "attune.kpi.assisted.share", k -> k.lastWeek(r -> r.engagement().assistedShare()));
  }

  private void gauge(MeterRegistry meters, String name, ToDoubleFunction<KpiReports> value) {
    Gauge.builder(name, this, value).description("of the last seven days").register(meters);
  }

  LocalDate today() {
    return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
  }

  /** By day, of the conversations in an arm. */
  KpiReport ofArm(String arm, LocalDate from, LocalDate to) {
    log.forgetBefore(today().minusDays(KEPT_DAYS).toString());
    return KpiReport.ofArmByDay(log.slices(), arm, from, to, clock.instant());
  }

  KpiReport report(String by, LocalDate from, LocalDate to) {
    log.forgetBefore(today().minusDays(KEPT_DAYS).toString());
    return KpiReport.of(log.slices(), by, from, to, clock.instant());
  }

  /** Everybody's, or NaN when there is nothing to tell. */
  private double lastWeek(Function<KpiReport.Row, @Nullable Double> value) {
    return lastWeek().map(value).orElse(Double.NaN);
  }

  private synchronized Optional<KpiReport.Row> lastWeek() {
    Instant now = clock.instant();
    if (lastWeek == null || !now.isBefore(lastWeek.made().plus(GAUGES_FRESH))) {
      LocalDate today = today();
      KpiReport report = report(KpiReport.ALL, today.minusDays(WEEK - 1), today);
      lastWeek = new LastWeek(report.rows().stream().findFirst(), now);
    }
    return lastWeek.row();
  }
}

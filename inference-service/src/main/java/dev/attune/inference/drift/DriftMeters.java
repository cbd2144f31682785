package dev.attune.inference.drift;

import dev.attune.inference.drift.DriftReport.Drift;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The report as gauges, one a distribution; unknown ones are left out. */
final class DriftMeters {
  private final MultiGauge stability;
  private final MultiGauge divergence;
  private final MultiGauge missing;

  DriftMeters(MeterRegistry registry) {
    stability =
        MultiGauge.builder("attune.drift.psi")
            .description("Population stability index against the live model's training")
            .register(registry);
    divergence =
        MultiGauge.builder("attune.drift.js")
            .description("Jensen-Shannon divergence from the live model's training")
            .register(registry);
    missing =
        MultiGauge.builder("attune.drift.missing")
            .description("Share of rows without the value")
            .register(registry);
  }

  void update(DriftReport report) {
    List<Drift> all = new ArrayList<>(report.features());
    for (Drift drift : new @Nullable Drift[] {report.prediction(), report.confidence()}) {
      if (drift != null) {
        all.add(drift);
      }
    }
    stability.register(rows(all, Drift::populationStability), true);
    divergence.register(rows(all, Drift::jensenShannon), true);
    missing.register(rows(all, Drift::missing), true);
  }

  private static List<Row<?>> rows(List<Drift> all, Function<Drift, @Nullable Double> value) {
    List<Row<?>> rows = new ArrayList<>();
    for (Drift drift : all) {
      Double number = value.apply(drift);
      if (number != null) {
        rows.add(Row.of(Tags.of("feature", drift.name()), number));
      }
    }
    return rows;
  }
}

package dev.attune.responses.kpi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.kpi.KpiReport;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.responses.Settings;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Kpi;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KpiReportsTest {
  private static final LocalDate TODAY = LocalDate.parse("2026-03-01");

  private final MeterRegistry meters = Settings.meters();
  private final KpiLog log =
      new KpiLog(
          Settings.kafka(),
          Topics.standard(),
          new SchemaRegistryClient(URI.create("http://127.0.0.1:1"), Duration.ofMillis(10)));
  private Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private final KpiReports kpis = new KpiReports(log, () -> now, meters);

  @Test
  void addsPartitionsUpAndKeepsEachOnesNewest() {
    log.remember(kpi("2026-03-01", 0, Map.of("conversations", 1L)), 0);
    log.remember(kpi("2026-03-01", 0, Map.of("conversations", 3L, "assisted", 1L)), 0);
    log.remember(kpi("2026-03-01", 1, Map.of("conversations", 5L, "assisted", 3L)), 0);

    KpiReport report = kpis.report("day", TODAY, TODAY);

    assertThat(report.rows())
        .singleElement()
        .satisfies(row -> assertThat(row.value()).isEqualTo("2026-03-01"))
        .satisfies(row -> assertThat(row.engagement().conversations()).isEqualTo(8))
        .satisfies(row -> assertThat(row.engagement().assistedShare()).isEqualTo(0.5));
    assertThat(meters.get("attune.kpi.assisted.share").gauge().value()).isEqualTo(0.5);
    assertThat(meters.get("attune.kpi.csat.mean").gauge().value()).isNaN();
  }

  @Test
  void gaugesFollowWithinSeconds() {
    assertThat(openIssues()).isNaN();
    log.remember(kpi("2026-03-01", 0, Map.of("conversations", 1L)), 0);

    now = now.plusSeconds(5);

    assertThat(openIssues()).isZero();
  }

  private double openIssues() {
    return meters.get("attune.kpi.open.issues").gauge().value();
  }

  @Test
  void forgetsDaysThatTheTopicNoLongerKeeps() {
    log.remember(kpi("2025-11-30", 0, Map.of("conversations", 1L)), 0);

    assertThat(kpis.report("day", TODAY.minusDays(100), TODAY).rows()).isEmpty();
  }

  private static Kpi kpi(String day, int partition, Map<String, Long> sums) {
    return new Kpi(day, "all", "", partition, 1L, sums, List.of());
  }
}

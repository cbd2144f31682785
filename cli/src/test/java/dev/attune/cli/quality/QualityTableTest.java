package dev.attune.cli.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.training.quality.EventQuality;
import dev.attune.training.quality.QualityReport;
import dev.attune.training.quality.QualityReport.Field;
import dev.attune.training.quality.QualityReport.Sdk;
import dev.attune.training.quality.QualityReport.Share;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class QualityTableTest {
  private static final Instant FROM = Instant.parse("2026-11-01T10:00:00Z");
  private static final Instant TO = Instant.parse("2026-11-28T10:00:00Z");
  private static final Instant SINCE = Instant.parse("2026-11-22T00:00:00Z");

  @Test
  void whatChangedStandsFirst() {
    List<Sdk> sdks = List.of(new Sdk("", new Share(0, 0), new Share(2, 4)));
    List<Field> fields =
        List.of(
            new Field("clicked.element", new Share(900, 900), new Share(300, 300), TO, Map.of()),
            new Field(
                "issue_opened.category",
                new Share(1_000, 1_000),
                new Share(120, 200),
                TO,
                Map.of("delivery-eu", 41L)),
            new Field("locale", new Share(0, 1_900), new Share(0, 500), null, Map.of()));

    assertThat(QualityTable.lines(new QualityReport(FROM, TO, SINCE, sdks, fields)))
        .containsExactly(
            "Events from 2026-11-01 to 2026-11-28; lately is since 2026-11-22",
            "",
            "  rejected, by sender                    events     before     lately",
            "  (not told)                                  4          -     50.0 %",
            "",
            "  filled, by field                       events     before     lately  last",
            "  issue_opened.category                   1,200    100.0 %     60.0 %  2026-11-28  changed",
            "  clicked.element                         1,200    100.0 %    100.0 %  2026-11-28",
            "  locale                                  2,400      0.0 %      0.0 %  never",
            "",
            "Values that no event before had:",
            "  issue_opened.category: delivery-eu (41)");
  }

  @Test
  void withoutEventsThereIsNothingToShow() {
    assertThat(QualityTable.lines(new EventQuality().report(Duration.ofDays(7)))).isEmpty();
  }
}

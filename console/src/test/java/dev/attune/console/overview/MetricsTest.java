package dev.attune.console.overview;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private static final Set<String> NAMES = Set.of("replies_total", "age_seconds_bucket");

  private static final Metrics FIRST =
      Metrics.parse(
          """
          # TYPE replies_total counter
          replies_total{reason="rule:a",personalized="true"} 3
          replies_total{reason="say \\"no\\", then {x}",personalized="false"} 5.0 1700000000
          other_total 7
          age_seconds_bucket{le="0.1"} 10
          age_seconds_bucket{le="1.0"} 10
          age_seconds_bucket{le="+Inf"} 10
          """,
          NAMES);
  private static final Metrics LATER =
      Metrics.parse(
          """
          replies_total{reason="rule:a",personalized="true"} 13
          replies_total{reason="say \\"no\\", then {x}",personalized="false"} 5
          age_seconds_bucket{le="0.1"} 60
          age_seconds_bucket{le="1.0"} 109
          age_seconds_bucket{le="+Inf"} 110
          """,
          NAMES);

  @Test
  void addsUpTheSeriesWhoseLabelsPass() {
    assertThat(FIRST.sum("replies_total")).isEqualTo(8);
    assertThat(FIRST.sum("replies_total", labels -> "true".equals(labels.get("personalized"))))
        .isEqualTo(3);
    assertThat(FIRST.sum("no_such_total")).isNaN();
    assertThat(FIRST.of("other_total")).as("a name that nobody asked for").isEmpty();
  }

  @Test
  void tellsHowMuchACounterGrew() {
    assertThat(LATER.growth(FIRST, "replies_total", _ -> true)).isEqualTo(10);
    assertThat(LATER.growth(Metrics.NONE, "replies_total", _ -> true)).isEqualTo(18);
    assertThat(LATER.growth(FIRST, "no_such_total", _ -> true)).isNaN();
    assertThat(LATER.growthBy(FIRST, "replies_total", "reason")).isEqualTo(Map.of("rule:a", 10.0));
  }

  /** 50 at most 0.1 s, 49 more at most 1 s, 1 above. */
  @Test
  void quantilesAreOfWhatCameBetweenTwoLooks() {
    assertThat(LATER.quantile(FIRST, "age_seconds", 0.25)).isEqualTo(0.05);
    assertThat(LATER.quantile(FIRST, "age_seconds", 0.5)).isEqualTo(0.1);
    assertThat(LATER.quantile(FIRST, "age_seconds", 0.99)).isEqualTo(1);
    assertThat(LATER.quantile(FIRST, "age_seconds", 0.999)).isEqualTo(1);
    assertThat(LATER.quantile(LATER, "age_seconds", 0.5)).isNull();
    assertThat(LATER.quantile(FIRST, "no_such_seconds", 0.5)).isNull();
  }
}

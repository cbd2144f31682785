package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.system.PromQuery.Selector;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PromQueryTest {
  @Test
  void namesMetricsMatchersAndGroups() {
    var query =
        PromQuery.of(
            """
            histogram_quantile(0.99, sum by (le, job) (rate(a_bucket{le="0.25",x=~"y.*"}[5m])))
            / 1e9 > 14.4 * b_total or absent(c{d="e"}) unless sum(f offset 1h) > 60
            and namespace:g:ratio_rate1h > 0""");

    assertThat(query.selectors())
        .containsExactly(
            new Selector("a_bucket", Set.of("le", "x"), Map.of("le", "0.25")),
            new Selector("b_total", Set.of(), Map.of()),
            new Selector("c", Set.of("d"), Map.of("d", "e")),
            new Selector("f", Set.of(), Map.of()),
            new Selector("namespace:g:ratio_rate1h", Set.of(), Map.of()));
    assertThat(query.grouped()).containsExactlyInAnyOrder("le", "job");
  }
}

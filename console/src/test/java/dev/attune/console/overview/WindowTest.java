package dev.attune.console.overview;

import static dev.attune.console.forward.Service.GATEWAY;
import static dev.attune.console.forward.Service.INFERENCE;
import static dev.attune.console.forward.Service.RESPONSES;
import static dev.attune.console.forward.Service.STREAMS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.attune.console.forward.Service;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WindowTest {
  private final Window window = new Window();

  @Test
  void aFirstLookKnowsStatesAndNoRates() {
    window.add(look(0, services(0)));

    Overview overview = window.overview();

    assertThat(overview.stages())
        .extracting(Overview.Stage::name)
        .containsExactly("gateway", "streams", "inference", "responses");
    assertThat(overview.stages()).extracting(Overview.Stage::state).containsOnly("ok");
    assertThat(overview.stages()).extracting(Overview.Stage::perSecond).containsOnlyNulls();
    assertThat(overview.freshness().p99()).isNull();
    assertThat(overview.readBudgetSeconds()).isEqualTo(0.02);
    assertThat(overview.segments()).containsExactly(Map.entry("loyal", 12.0));
  }

  @Test
  void ratesAreOfTenSecondsAndCountsOfFiveMinutes() {
    for (int i = 0; i <= 60; i++) {
      window.add(look(i * 10_000L, services(i)));
    }

    Overview overview = window.overview();

    assertThat(overview.countedSeconds()).isEqualTo(300);
    Overview.Stage gateway = overview.stages().getFirst();
    assertThat(gateway.perSecond()).isEqualTo(10);
    assertThat(gateway.errors()).isEmpty();
    assertThat(overview.stages().get(1).waiting()).isEqualTo(3);
    assertThat(overview.reasons()).containsExactly(Map.entry("rule:refund", 30.0 * 20));
    assertThat(overview.replies().personalizedShare()).isEqualTo(1);
    assertThat(overview.freshness().p99()).isCloseTo(0.099, within(0.001));
  }

  @Test
  void errorsAreToldByStageAndMakeItWarn() {
    window.add(look(0, services(0)));
    var broken = new EnumMap<>(services(1));
    broken.put(GATEWAY, up("attune_ingest_rejected_total{code=\"schema_invalid\"} 4"));
    broken.put(
        RESPONSES,
        up(
            "attune_replies_total{reason=\"store_unavailable\",personalized=\"false\"} 76\n"
                + "attune_store_open 1\nattune_playbook_pending 1"));
    broken.put(STREAMS, ServiceLook.AWAY);
    window.add(look(10_000, broken));

    Overview overview = window.overview();

    assertThat(overview.stages())
        .extracting(Overview.Stage::state)
        .containsExactly("warn", "bad", "ok", "warn");
    assertThat(overview.stages().getFirst().errors()).containsEntry("rejected", 4.0);
    assertThat(overview.rejected()).containsExactly(Map.entry("schema_invalid", 4.0));
    assertThat(overview.stages().getLast().errors()).containsEntry("fault", 76.0);
    assertThat(overview.stages().get(1).perSecond()).isNull();
    assertThat(overview.parts())
        .extracting(Overview.Part::name, Overview.Part::state)
        .containsExactly(
            org.assertj.core.api.Assertions.tuple("kafka", "ok"),
            org.assertj.core.api.Assertions.tuple("redis", "bad"),
            org.assertj.core.api.Assertions.tuple("playbook", "bad"));
  }

  @Test
  void anOpenBreakerThatNobodyMeetsIsNoFault() {
    window.add(look(0, Map.of(RESPONSES, up("attune_store_open 1"))));
    window.add(look(10_000, Map.of(RESPONSES, up("attune_store_open 1"))));

    Overview overview = window.overview();

    assertThat(overview.parts().get(1)).isEqualTo(new Overview.Part("redis", "unknown", null));
    assertThat(overview.replies().perSecond()).as("nobody asked").isZero();
    assertThat(overview.parts().getFirst().state()).isEqualTo("unknown");
  }

  /** It closes with the next reads, and there were none. */
  @Test
  void anOpenBreakerThatNobodyHasMetSinceIsNoFault() {
    String missed =
        "attune_replies_total{reason=\"store_unavailable\",personalized=\"false\"} 3\n"
            + "attune_store_open 1";
    window.add(look(0, Map.of(RESPONSES, up("attune_store_open 0"))));
    window.add(look(10_000, Map.of(RESPONSES, up(missed))));
    assertThat(window.overview().parts().get(1).state()).isEqualTo("bad");

    window.add(look(20_000, Map.of(RESPONSES, up(missed))));

    assertThat(window.overview().parts().get(1).state()).isEqualTo("unknown");
  }

  @Test
  void aMinuteBecomesASample() {
    for (int i = 0; i <= 6; i++) {
      window.add(look(i * 10_000L, services(i)));
    }

    Sample sample = window.sample();

    assertThat(sample.atSeconds()).isEqualTo(60);
    assertThat(sample.eventsPerSecond()).isEqualTo(10);
    assertThat(sample.repliesPerSecond()).isEqualTo(2);
    assertThat(sample.personalizedShare()).isEqualTo(1);
    assertThat(sample.lag()).isEqualTo(3);
    assertThat(sample.errorsPerMinute()).isZero();
    assertThat(sample.freshnessP99()).isCloseTo(0.099, within(0.001));
  }

  private static Look look(long at, Map<Service, ServiceLook> services) {
    return new Look(at, services);
  }

  /** After so many spans of ten seconds with 100 events and 20 replies each. */
  private static Map<Service, ServiceLook> services(int spans) {
    return Map.of(
        GATEWAY,
        up("attune_ingest_accepted_events_total " + 100 * spans),
        STREAMS,
        up(
            "attune_streams_lag 3\nattune_segment_size{segment=\"loyal\"} 12\n"
                + "attune_streams_events_total{disposition=\"new\"} "
                + 100 * spans),
        INFERENCE,
        up(
            """
            attune_scoring_calls_total{outcome="stored"} %1$d
            attune_freshness_seconds_bucket{le="0.1"} %1$d
            attune_freshness_seconds_bucket{le="+Inf"} %1$d
            """
                .formatted(100 * spans)),
        RESPONSES,
        up(
            "attune_store_open 0\nattune_store_budget_seconds 0.02\nattune_playbook_pending 0\n"
                + "attune_replies_total{reason=\"rule:refund\",personalized=\"true\"} "
                + 20 * spans));
  }

  private static ServiceLook up(String metrics) {
    return new ServiceLook(true, true, "1", List.of(), Metrics.parse(metrics, Figures.ALL));
  }
}

package dev.attune.console.overview;

import static dev.attune.console.forward.Service.GATEWAY;
import static dev.attune.console.forward.Service.INFERENCE;
import static dev.attune.console.forward.Service.RESPONSES;
import static dev.attune.console.forward.Service.STREAMS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
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
    assertThat(overview.features()).containsExactly(Map.entry("clicks", 7.0));
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
    var broken = new EnumMap<Service, List<InstanceLook>>(services(1));
    broken.put(GATEWAY, up("attune_ingest_rejected_total{code=\"schema_invalid\"} 4"));
    broken.put(
        RESPONSES,
        up(
            "attune_replies_total{reason=\"store_unavailable\",personalized=\"false\"} 76\n"
                + "attune_store_open 1\nattune_playbook_pending 1"));
    broken.put(STREAMS, List.of(InstanceLook.away("10.0.0.1")));
    window.add(look(10_000, broken));

    Overview overview = window.overview();

    assertThat(overview.stages())
        .extracting(Overview.Stage::state)
        .containsExactly("warn", "bad", "ok", "warn");
    assertThat(overview.stages().getFirst().errors()).containsEntry("rejected", 4.0);
    assertThat(overview.refused()).containsExactly(Map.entry("schema_invalid", 4.0));
    assertThat(overview.stages().getLast().errors()).containsEntry("fault", 76.0);
    assertThat(overview.stages().get(1).perSecond()).isNull();
    assertThat(overview.parts())
        .extracting(Overview.Part::name, Overview.Part::state)
        .containsExactly(
            tuple("kafka", "unknown"),
            tuple("redis", "bad"),
            tuple("registry", "unknown"),
            tuple("playbook", "warn"));
  }

  /** One in a hundred makes a service one to look at; a decision that is lost does at once. */
  @Test
  void singleErrorsAreToldAndNoAlarm() {
    assertThat(stateAfter(1, "")).isEqualTo("ok");
    assertThat(stateAfter(3, "")).isEqualTo("warn");
    assertThat(stateAfter(0, "attune_decisions_lost_total 1")).isEqualTo("warn");
  }

  /** Half of the customers return after a day or more: nothing is broken. */
  @Test
  void repliesToWhoeverReturnsAfterADayAreToldAndNoError() {
    window.add(look(0, services(0)));
    var after = new EnumMap<Service, List<InstanceLook>>(services(1));
    String late = "attune_replies_total{reason=\"stale\",personalized=\"false\"} 200";
    after.put(RESPONSES, up(replies(200) + "\n" + late));

    window.add(look(10_000, after));

    Overview overview = window.overview();
    assertThat(overview.stages().getLast().state()).isEqualTo("ok");
    assertThat(overview.stages().getLast().errors()).isEmpty();
    assertThat(overview.reasons()).containsEntry("stale", 200.0);
  }

  /** Of response-api after 200 replies that a rule gave. */
  private static String stateAfter(int faults, String more) {
    var fresh = new Window();
    fresh.add(look(0, services(0)));
    String missed =
        "attune_replies_total{reason=\"store_unavailable\",personalized=\"false\"} " + faults;
    var after = new EnumMap<Service, List<InstanceLook>>(services(1));
    after.put(RESPONSES, up(String.join("\n", replies(200), missed, more)));
    fresh.add(look(10_000, after));
    Overview.Stage replies = fresh.overview().stages().getLast();
    assertThat(replies.errors()).hasSize(faults > 0 || !more.isEmpty() ? 1 : 0);
    return replies.state();
  }

  @Test
  void redisIsSlowWhereOneReadInAHundredTakesLongerThanRepliesWait() {
    String reads =
        """
        attune_store_open 0
        attune_store_budget_seconds 0.02
        attune_store_read_seconds_bucket{le="0.01"} %d
        attune_store_read_seconds_bucket{le="0.04"} 1000
        attune_store_read_seconds_bucket{le="+Inf"} 1000
        """;
    for (int quick : new int[] {999, 900}) {
      var fresh = new Window();
      fresh.add(look(0, Map.of(RESPONSES, up("attune_store_open 0"))));
      fresh.add(look(10_000, Map.of(RESPONSES, up(reads.formatted(quick)))));

      assertThat(fresh.overview().parts().get(1).state()).isEqualTo(quick == 999 ? "ok" : "warn");
    }
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

  /** One that is busy for a moment has not done again what it ever did. */
  @Test
  void aMissedLookIsNoGrowth() {
    for (int i = 0; i <= 6; i++) {
      var services = new EnumMap<Service, List<InstanceLook>>(services(1_000 + i));
      services.put(GATEWAY, up("attune_ingest_accepted_events_total 7000\n" + OLD_REJECTIONS));
      services.put(RESPONSES, i == 0 ? away() : up(OLD_REPLIES));
      window.add(look(i * 10_000L, services));
    }

    Overview overview = window.overview();

    assertThat(overview.stages().getLast().errors()).isEmpty();
    assertThat(overview.stages().getLast().state()).isEqualTo("ok");
    assertThat(overview.reasons()).isEmpty();
    assertThat(overview.replies().personalizedShare()).isNull();
    assertThat(window.sample().errorsPerMinute()).isZero();
    assertThat(window.sample().repliesPerSecond()).isZero();
    assertThat(window.sample().personalizedShare()).isNaN();
  }

  @Test
  void aLookMissedInBetweenCostsNothing() {
    for (int i = 0; i <= 6; i++) {
      var services = new EnumMap<Service, List<InstanceLook>>(services(i));
      if (i == 3 || i == 5) {
        services.put(RESPONSES, away());
        services.put(INFERENCE, away());
      }
      window.add(look(i * 10_000L, services));
    }

    assertThat(window.overview().stages().getLast().perSecond()).isEqualTo(2);
    assertThat(window.overview().reasons()).containsExactly(Map.entry("rule:refund", 120.0));
    assertThat(window.sample().repliesPerSecond()).isEqualTo(2);
    assertThat(window.sample().freshnessP99()).isCloseTo(0.099, within(0.001));
  }

  /** What it did meanwhile was at no time that is known. */
  @Test
  void afterALongSilenceRatesBeginAnew() {
    for (int i = 0; i <= 9; i++) {
      var services = new EnumMap<Service, List<InstanceLook>>(services(i));
      if (i >= 2 && i <= 7) {
        services.put(RESPONSES, away());
      }
      window.add(look(i * 10_000L, services));
    }

    assertThat(window.overview().stages().getLast().perSecond()).isEqualTo(2);
    assertThat(window.overview().reasons()).containsExactly(Map.entry("rule:refund", 40.0));
    assertThat(window.sample().repliesPerSecond()).isEqualTo(2);
  }

  @Test
  void whoIsAwayNowHasNoRate() {
    window.add(look(0, services(0)));
    window.add(look(10_000, services(1)));
    var services = new EnumMap<Service, List<InstanceLook>>(services(2));
    services.put(RESPONSES, away());
    window.add(look(20_000, services));

    Overview.Stage replies = window.overview().stages().getLast();

    assertThat(replies.state()).isEqualTo("bad");
    assertThat(replies.perSecond()).isNull();
    assertThat(replies.instances()).isEqualTo(new Overview.Instances(1, 0, 0));
    assertThat(window.sample().repliesPerSecond()).isNaN();
  }

  @Test
  void replicasAreAddedUpAndTheWorstIsTold() {
    for (int i = 0; i <= 6; i++) {
      var services = new EnumMap<Service, List<InstanceLook>>(services(i));
      InstanceLook busy = first(i, RESPONSES);
      services.put(
          RESPONSES, List.of(busy, instance("10.0.0.2", replies(9_000 + 10 * i) + "\n" + OPEN)));
      services.put(STREAMS, List.of(first(i, STREAMS), instance("10.0.0.2", LAGGING)));
      services.put(GATEWAY, List.of(first(i, GATEWAY), away().getFirst()));
      window.add(look(i * 10_000L, services));
    }

    Overview overview = window.overview();

    assertThat(overview.stages().getLast().perSecond()).isEqualTo(3);
    assertThat(overview.reasons()).containsExactly(Map.entry("rule:refund", 180.0));
    assertThat(overview.stages().get(1).waiting()).isEqualTo(43);
    assertThat(overview.segments()).containsExactly(Map.entry("loyal", 17.0));
    assertThat(overview.features()).containsExactly(Map.entry("clicks", 16.0));
    assertThat(overview.parts().get(1).state()).as("one breaker is open").isEqualTo("unknown");
    assertThat(overview.stages().getFirst().state()).isEqualTo("warn");
    assertThat(overview.stages().getFirst().instances()).isEqualTo(new Overview.Instances(2, 1, 1));
    assertThat(overview.stages().getFirst().perSecond()).isEqualTo(10);
  }

  /** Kafka is asked by whoever brings events, the registry every few seconds. */
  @Test
  void nothingIsOkThatNobodyAsked() {
    for (int i = 0; i <= 1; i++) {
      var services = new EnumMap<Service, List<InstanceLook>>(services(i));
      services.put(STREAMS, up("attune_registry_up " + (1 - i)));
      services.put(GATEWAY, up("attune_registry_up 1\nattune_ingest_accepted_events_total 5"));
      window.add(look(i * 10_000L, services));

      assertThat(window.overview().parts().getFirst().state()).isEqualTo("unknown");
      assertThat(window.overview().parts().get(2).state()).isEqualTo(i == 0 ? "ok" : "bad");
    }
    var services = new EnumMap<Service, List<InstanceLook>>(services(2));
    services.put(GATEWAY, up("attune_ingest_accepted_events_total 6"));
    window.add(look(20_000, services));
    assertThat(window.overview().parts().getFirst().state()).isEqualTo("ok");
    services.put(STREAMS, up("attune_kafka_up 0"));
    window.add(look(30_000, services));
    assertThat(window.overview().parts().getFirst().state()).isEqualTo("bad");
    services.put(GATEWAY, away());
    services.put(STREAMS, up("attune_kafka_up 1"));
    window.add(look(130_000, services));
    assertThat(window.overview().parts().getFirst().state()).isEqualTo("ok");
  }

  @Test
  void deadLettersAreOfGatewayAndStreams() {
    window.add(look(0, services(0)));
    var services = new EnumMap<Service, List<InstanceLook>>(services(1));
    services.put(
        GATEWAY,
        up(
            "attune_ingest_rejected_total{code=\"schema_invalid\"} 4\n"
                + "attune_ingest_dead_letters_total{result=\"written\"} 3\n"
                + "attune_ingest_dead_letters_total{result=\"withheld\"} 1"));
    services.put(
        STREAMS,
        up(
            "attune_streams_dead_letters_total{code=\"malformed\"} 2\n"
                + "attune_streams_event_age_seconds_bucket{le=\"0.1\"} 10\n"
                + "attune_streams_event_age_seconds_bucket{le=\"+Inf\"} 10"));
    window.add(look(10_000, services));

    Overview overview = window.overview();

    assertThat(overview.refused())
        .containsOnly(Map.entry("schema_invalid", 4.0), Map.entry("malformed", 2.0));
    assertThat(overview.deadLetters()).isEqualTo(5);
    assertThat(overview.stages().get(1).p99Seconds()).isCloseTo(0.099, within(0.001));
  }

  private static final String OLD_REJECTIONS = "attune_ingest_rejected_total{code=\"malformed\"} 9";
  private static final String OLD_REPLIES =
      "attune_replies_total{reason=\"store_unavailable\",personalized=\"false\"} 5000\n"
          + replies(4_000);
  private static final String OPEN = "attune_store_open 1";
  private static final String LAGGING =
      "attune_streams_lag 40\nattune_segment_size{segment=\"loyal\"} 5\n"
          + "attune_feature_rows_total{feature=\"clicks\"} 9";

  private static String replies(int n) {
    return "attune_replies_total{reason=\"rule:refund\",personalized=\"true\"} " + n;
  }

  private static Look look(long at, Map<Service, List<InstanceLook>> services) {
    return new Look(at, services);
  }

  /** After so many spans of ten seconds with 100 events and 20 replies each. */
  private static Map<Service, List<InstanceLook>> services(int spans) {
    return Map.of(
        GATEWAY,
        up("attune_ingest_accepted_events_total " + 100 * spans),
        STREAMS,
        up(
            "attune_streams_lag 3\nattune_segment_size{segment=\"loyal\"} 12\n"
                + "attune_feature_rows_total{feature=\"clicks\"} 7\n"
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
                + replies(20 * spans)));
  }

  private static InstanceLook first(int spans, Service service) {
    return services(spans).getOrDefault(service, List.of()).getFirst();
  }

  private static List<InstanceLook> up(String metrics) {
    return List.of(instance("10.0.0.1", metrics));
  }

  private static List<InstanceLook> away() {
    return List.of(InstanceLook.away("10.0.0.1"));
  }

  private static InstanceLook instance(String address, String metrics) {
    return new InstanceLook(
        address, true, true, "1", List.of(), Metrics.parse(metrics, Figures.ALL));
  }
}

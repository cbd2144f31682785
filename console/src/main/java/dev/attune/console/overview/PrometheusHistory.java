package dev.attune.console.overview;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** Asks a Prometheus, which knows all replicas. */
final class PrometheusHistory {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final WebClient client;
  private final URI query;
  private final String selector;

  PrometheusHistory(HistorySettings settings, WebClient client) {
    this.client = client;
    this.query = URI.create(settings.prometheus().replaceAll("/+$", "") + "/api/v1/query_range");
    this.selector = settings.selector();
  }

  /**
   * By the names of {@link Sample#FIELDS}; {@code $s} stands for the selector, {@code $r} for the
   * range of a rate.
   */
  private static final Map<String, String> QUERIES = queries();

  private static Map<String, String> queries() {
    String freshness =
        "histogram_quantile(%s, sum by (le) (rate(attune_freshness_seconds_bucket{$s}[$r])))";
    String replies = "sum(rate(attune_replies_total{$s}[$r]))";
    String faults =
        "sum(rate(attune_replies_total{$s,reason=~\"store_unavailable|log_full|template_error\"}[$r]))";
    String unscored =
        "sum(rate(attune_scoring_calls_total{$s,outcome=~\"no_model|refused|unavailable\"}[$r]))";
    Map<String, String> queries = new LinkedHashMap<>();
    queries.put("freshnessP50", freshness.formatted("0.5"));
    queries.put("freshnessP99", freshness.formatted("0.99"));
    queries.put("eventsPerSecond", "sum(rate(attune_ingest_accepted_events_total{$s}[$r]))");
    queries.put("repliesPerSecond", replies);
    queries.put(
        "personalizedShare",
        "sum(rate(attune_replies_total{$s,personalized=\"true\"}[$r])) / " + replies);
    queries.put("lag", "sum(attune_streams_lag{$s} >= 0)");
    queries.put(
        "errorsPerMinute",
        "60 * ("
            + String.join(
                " + ",
                orZero("sum(rate(attune_ingest_rejected_total{$s}[$r]))"),
                orZero("sum(rate(attune_ingest_unacknowledged_total{$s}[$r]))"),
                orZero("sum(rate(attune_streams_dead_letters_total{$s}[$r]))"),
                orZero("sum(rate(attune_decisions_lost_total{$s}[$r]))"),
                orZero(unscored),
                orZero(faults))
            + ")");
    return queries;
  }

  private static String orZero(String query) {
    return "(" + query + " or vector(0))";
  }

  Mono<History> over(int hours, long nowSeconds) {
    List<Long> times = History.times(hours, nowSeconds);
    long step = History.stepFor(hours);
    return Flux.fromIterable(QUERIES.entrySet())
        .concatMap(
            entry -> values(entry.getValue(), times, step).map(v -> Map.entry(entry.getKey(), v)))
        .collectList()
        .map(
            found -> {
              Map<String, List<@Nullable Double>> series = new LinkedHashMap<>();
              found.forEach(entry -> series.put(entry.getKey(), entry.getValue()));
              return new History("prometheus", step, times, series);
            });
  }

  private Mono<List<@Nullable Double>> values(String template, List<Long> times, long step) {
    String asked =
        template
            .replace("$r", Math.max(step, 4L * HistoryRing.STEP_SECONDS) + "s")
            .replace("{$s,", selector.isEmpty() ? "{" : "{" + selector + ",")
            .replace("{$s}", selector.isEmpty() ? "" : "{" + selector + "}");
    return client
        .post()
        .uri(query)
        .body(
            BodyInserters.fromFormData("query", asked)
                .with("start", times.getFirst().toString())
                .with("end", times.getLast().toString())
                .with("step", Long.toString(step)))
        .retrieve()
        .bodyToMono(JsonNode.class)
        .timeout(PATIENCE)
        .map(answer -> placed(answer.at("/data/result/0/values"), times));
  }

  private static List<@Nullable Double> placed(JsonNode values, List<Long> times) {
    Map<Long, Double> byTime = new HashMap<>();
    for (JsonNode value : values) {
      double number = value.path(1).asDouble(Double.NaN);
      if (Double.isFinite(number)) {
        byTime.put(value.path(0).asLong(), History.rounded(number));
      }
    }
    List<@Nullable Double> placed = new ArrayList<>();
    times.forEach(at -> placed.add(byTime.get(at)));
    return placed;
  }
}

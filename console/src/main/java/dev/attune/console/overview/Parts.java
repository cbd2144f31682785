package dev.attune.console.overview;

import static dev.attune.console.forward.Service.GATEWAY;
import static dev.attune.console.forward.Service.RESPONSES;
import static dev.attune.console.forward.Service.STREAMS;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** What the stages stand on, by what they saw of it. Nothing is ok that nobody has asked. */
final class Parts {
  private final Window window;

  Parts(Window window) {
    this.window = window;
  }

  List<Overview.Part> all() {
    return List.of(kafka(), redis(), registry(), playbook());
  }

  /** Streams ask it every second; and by what became of the gateway's events in the last minute. */
  private Overview.Part kafka() {
    double failed = window.grown(GATEWAY, Figures.UNACKNOWLEDGED, Window.MINUTE_MILLIS);
    double taken = window.grown(GATEWAY, Figures.ACCEPTED, Window.MINUTE_MILLIS);
    double up = window.gauge(STREAMS, Figures.KAFKA_UP);
    String state = failed > 0 || up == 0 ? "bad" : taken > 0 || up > 0 ? "ok" : "unknown";
    return new Overview.Part("kafka", state, window.p99(GATEWAY, Figures.BROKER_SECONDS));
  }

  /**
   * Slow when one read in a hundred takes longer than replies wait. An open breaker says nothing
   * when nobody has asked since: it closes with the next reads.
   */
  private Overview.Part redis() {
    double open = window.gauge(RESPONSES, Figures.STORE_OPEN);
    boolean missed = window.errors(RESPONSES, Window.RATE_MILLIS).containsKey("fault");
    Double p99 = window.p99(RESPONSES, Figures.STORE_READ);
    boolean slow = p99 != null && p99 > window.gauge(RESPONSES, Figures.STORE_BUDGET);
    String answering = slow ? "warn" : "ok";
    String state = open == 0 ? answering : open > 0 && missed ? "bad" : "unknown";
    return new Overview.Part("redis", state, p99);
  }

  /** Gateway and streams ask it every few seconds; one that can't reach it is enough. */
  private Overview.Part registry() {
    double up =
        Stream.of(GATEWAY, STREAMS)
            .flatMapToDouble(service -> DoubleStream.of(window.gauge(service, Figures.REGISTRY_UP)))
            .filter(Double::isFinite)
            .min()
            .orElse(Double.NaN);
    return new Overview.Part(
        "registry", Double.isNaN(up) ? "unknown" : up > 0 ? "ok" : "bad", null);
  }

  /** A change that waits leaves the one before in force. */
  private Overview.Part playbook() {
    double pending = window.gauge(RESPONSES, Figures.PLAYBOOK_PENDING);
    String state = Double.isNaN(pending) ? "unknown" : pending > 0 ? "warn" : "ok";
    return new Overview.Part("playbook", state, null);
  }
}

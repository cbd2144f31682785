package dev.attune.console.overview;

import dev.attune.console.forward.ServiceConnections;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The overview as it changes, and its last hours. */
@RestController
class OverviewController {
  private static final Logger log = LoggerFactory.getLogger(OverviewController.class);
  private static final int DAY = 24;

  private final Watch watch;
  private final InstantSource clock;
  private final @Nullable PrometheusHistory prometheus;

  OverviewController(
      Watch watch, HistorySettings settings, ServiceConnections connections, InstantSource clock) {
    this.watch = watch;
    this.clock = clock;
    this.prometheus =
        settings.prometheus().isEmpty() ? null : new PrometheusHistory(settings, connections.web());
  }

  @GetMapping(path = "/api/overview/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  Flux<ServerSentEvent<Overview>> events() {
    return watch.follow().map(news -> ServerSentEvent.builder(news).event("overview").build());
  }

  /** The newest. */
  @GetMapping("/api/overview")
  Mono<Overview> now() {
    return watch.follow().next();
  }

  /**
   * @param hours 1 to 24
   */
  @GetMapping("/api/overview/history")
  Mono<History> history(@RequestParam(defaultValue = "24") int hours) {
    if (hours < 1 || hours > DAY) {
      throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "hours is 1 to 24.");
    }
    long now = clock.instant().getEpochSecond();
    PrometheusHistory asked = prometheus;
    if (asked == null) {
      return Mono.just(own(hours, now));
    }
    return asked
        .over(hours, now)
        .onErrorResume(
            failure -> {
              log.warn("Prometheus does not answer: {}", failure.toString());
              return Mono.just(own(hours, now));
            });
  }

  private History own(int hours, long now) {
    return History.of(watch.history().since(now - hours * 3600L), hours, now);
  }
}

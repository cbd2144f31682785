package dev.attune.console;

import java.time.Duration;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;

/**
 * What stands behind the console in its tests: tells what reached it, without what the console asks
 * for itself at an interval.
 */
final class Upstream implements AutoCloseable {
  private static final Set<String> POLLED = Set.of("/v1/experiments", "/v1/drift");

  /**
   * @param authorization empty without one
   */
  record Seen(
      String method,
      String uri,
      String authorization,
      String onBehalfOf,
      String cookie,
      String body) {}

  final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
  final Queue<Seen> signIns = new ConcurrentLinkedQueue<>();
  private final DisposableServer server;

  Upstream() {
    server =
        HttpServer.create()
            .host("127.0.0.1")
            .port(0)
            .route(
                routes ->
                    routes
                        .get(
                            "/v1/users/{id}/events",
                            (request, response) ->
                                response
                                    .sse()
                                    .sendString(
                                        Flux.just("data:first\n\n")
                                            .concatWith(Mono.<String>never())
                                            .timeout(Duration.ofSeconds(20), Mono.empty()))
                                    .neverComplete())
                        .post(
                            "/internal/sign-ins",
                            (request, response) ->
                                request
                                    .receive()
                                    .aggregate()
                                    .asString()
                                    .doOnNext(body -> signIns.add(seen(request, body)))
                                    .then(response.status(204).send()))
                        .route(
                            any -> true,
                            (request, response) ->
                                request
                                    .receive()
                                    .aggregate()
                                    .asString()
                                    .defaultIfEmpty("")
                                    .filter(_ -> !isPolled(request))
                                    .doOnNext(body -> seen.add(seen(request, body)))
                                    .then(
                                        response
                                            .status(207)
                                            .header("Content-Type", "application/json")
                                            .sendString(Mono.just("{\"said\":true}"))
                                            .then())))
            .bindNow();
  }

  private static boolean isPolled(HttpServerRequest request) {
    return POLLED.contains(request.uri())
        && !request.requestHeaders().contains("Attune-On-Behalf-Of");
  }

  private static Seen seen(HttpServerRequest request, String body) {
    return new Seen(
        request.method().name(),
        request.uri(),
        request.requestHeaders().get("Authorization", ""),
        request.requestHeaders().get("Attune-On-Behalf-Of", ""),
        request.requestHeaders().get("Cookie", ""),
        body);
  }

  String url() {
    return "http://127.0.0.1:" + server.port();
  }

  @Override
  public void close() {
    server.disposeNow();
  }
}

package dev.attune.console.forward;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.security.core.Authentication;
import org.springframework.web.ErrorResponseException;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.BodyInserters;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientException;
import org.springframework.web.reactive.function.client.WebClientRequestException;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;
import reactor.netty.http.client.PrematureCloseException;
import reactor.util.retry.Retry;

/** Passes a request on to its service and the answer back, as it comes. */
@RestController
class ForwardController {
  private static final Logger log = LoggerFactory.getLogger(ForwardController.class);

  /** Who asks: name, percent-encoded, and address. */
  private static final String ON_BEHALF_OF = "Attune-On-Behalf-Of";

  /** Styles inside the page, and nothing else: a version may come from somebody else's training. */
  private static final String REPORT_POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
          + " form-action 'none'; frame-ancestors 'none'; sandbox";

  private final ServiceSettings settings;
  private final WebClient client;

  ForwardController(ServiceSettings settings, ServiceConnections connections) {
    this.settings = settings;
    this.client = connections.web(settings.silence());
  }

  @RequestMapping("/api/{service}/**")
  Mono<Void> forward(
      @PathVariable("service") String name,
      Authentication who,
      ServerHttpRequest request,
      ServerHttpResponse response) {
    Service service =
        Service.named(name).orElseThrow(() -> problem(HttpStatus.NOT_FOUND, "No such service."));
    String path = request.getURI().getRawPath().substring("/api/".length() + name.length());
    Route route =
        Route.of(request.getMethod(), service, path)
            .orElseThrow(() -> problem(HttpStatus.NOT_FOUND, "The console has no such path."));
    if (!route.reads()) {
      // by its pattern: whom it is about is nobody's to read in a log
      log.info("{}: {} {}", who.getName(), route.method(), route.path());
    }
    var ask =
        client
            .method(route.method())
            .uri(target(route, path, request.getURI().getRawQuery()))
            .headers(
                headers -> {
                  copy(request.getHeaders(), headers);
                  headers.set(ON_BEHALF_OF, person(who, request));
                });
    // a body comes once, so what has one is never asked again
    return (route.reads() ? ask : ask.body(BodyInserters.fromDataBuffers(request.getBody())))
        .exchangeToMono(answer -> pass(route, answer, response))
        .retryWhen(Retry.max(1).filter(failure -> route.reads() && wasClosedUnanswered(failure)))
        .onErrorMap(Exceptions::isRetryExhausted, Throwable::getCause)
        .onErrorMap(WebClientException.class, e -> away(service, e));
  }

  /**
   * The service closed a connection at rest just as it was used again, which says nothing about the
   * service. RFC 9110, section 9.2.2, lets what only reads be asked once more.
   */
  private static boolean wasClosedUnanswered(Throwable failure) {
    return failure instanceof WebClientRequestException
        && failure.getCause() instanceof PrematureCloseException;
  }

  /** As response-api and inference-service write it into the topic audit. */
  private static String person(Authentication who, ServerHttpRequest request) {
    InetSocketAddress peer = request.getRemoteAddress();
    String address =
        peer == null || peer.getAddress() == null ? "" : peer.getAddress().getHostAddress();
    return URLEncoder.encode(who.getName(), StandardCharsets.UTF_8) + "@" + address;
  }

  private URI target(Route route, String path, @Nullable String query) {
    return settings.url(route.service()).resolve(query == null ? path : path + "?" + query);
  }

  private void copy(HttpHeaders from, HttpHeaders to) {
    to.setBearerAuth(settings.secret());
    if (contentType(from) instanceof MediaType type) {
      to.setContentType(type);
    }
    String resumed = from.getFirst("Last-Event-ID");
    if (resumed != null) {
      to.set("Last-Event-ID", resumed);
    }
  }

  /** Null where none is named. */
  private static @Nullable MediaType contentType(HttpHeaders headers) {
    try {
      return headers.getContentType();
    } catch (InvalidMediaTypeException e) {
      throw problem(HttpStatus.BAD_REQUEST, "Content-Type is no media type.");
    }
  }

  private static Mono<Void> pass(Route route, ClientResponse answer, ServerHttpResponse response) {
    response.setStatusCode(answer.statusCode());
    HttpHeaders headers = answer.headers().asHttpHeaders();
    if (route.isReport()) {
      response.getHeaders().set("Content-Security-Policy", REPORT_POLICY);
    }
    response.getHeaders().setContentType(headers.getContentType());
    response.getHeaders().setCacheControl("no-store");
    response
        .getHeaders()
        .addAll(HttpHeaders.RETRY_AFTER, headers.getOrEmpty(HttpHeaders.RETRY_AFTER));
    // as it comes: a user that is followed may say little for a long time
    return response.writeWith(answer.bodyToFlux(DataBuffer.class));
  }

  private static Throwable away(Service service, WebClientException failure) {
    log.warn("{} does not answer: {}", service.id(), failure.getMessage());
    return problem(HttpStatus.BAD_GATEWAY, service.id() + " does not answer.");
  }

  private static ErrorResponseException problem(HttpStatus status, String detail) {
    var problem = ProblemDetail.forStatusAndDetail(status, detail);
    problem.setProperty(
        "code",
        switch (status) {
          case NOT_FOUND -> "not_found";
          case BAD_REQUEST -> "malformed";
          default -> "unavailable";
        });
    return new ErrorResponseException(status, problem, null);
  }
}

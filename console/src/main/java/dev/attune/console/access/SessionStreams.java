package dev.attune.console.access;

import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Ends each stream when the session ends in which it was asked for: who may see it is looked at
 * only when it begins. The browser then asks again by itself, in the session that it has by now,
 * and without one the page leads to the sign-in.
 */
final class SessionStreams implements WebFilter {
  private final InstantSource clock;

  SessionStreams(InstantSource clock) {
    this.clock = clock;
  }

  @Override
  public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
    return chain.filter(exchange.mutate().response(new Response(exchange)).build());
  }

  private final class Response extends ServerHttpResponseDecorator {
    private final ServerWebExchange exchange;

    Response(ServerWebExchange exchange) {
      super(exchange.getResponse());
      this.exchange = exchange;
    }

    @Override
    public Mono<Void> writeWith(Publisher<? extends DataBuffer> body) {
      return super.writeWith(untilItEnds(body));
    }

    @Override
    public Mono<Void> writeAndFlushWith(Publisher<? extends Publisher<? extends DataBuffer>> body) {
      return super.writeAndFlushWith(untilItEnds(body));
    }

    private <T> Publisher<T> untilItEnds(Publisher<T> body) {
      @Nullable Long end = exchange.getAttribute(SignedSessions.END);
      if (end == null
          || !MediaType.TEXT_EVENT_STREAM.isCompatibleWith(getHeaders().getContentType())) {
        return body;
      }
      var left = Duration.ofMillis(end - clock.millis());
      return Flux.from(body).takeUntilOther(Mono.delay(left));
    }
  }
}

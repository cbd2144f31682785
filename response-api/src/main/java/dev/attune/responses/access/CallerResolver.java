package dev.attune.responses.access;

import dev.attune.core.access.AccessKey;
import dev.attune.core.access.KeyFinding;
import dev.attune.core.access.KeyRing;
import dev.attune.core.access.LiveKeys;
import dev.attune.core.access.UserSignature;
import dev.attune.http.Problem;
import java.time.Clock;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.BindingContext;
import org.springframework.web.reactive.result.method.SyncHandlerMethodArgumentResolver;
import org.springframework.web.server.ServerWebExchange;

/** Makes the {@link Caller} of a request; a handler that asks for one is not entered without. */
@Component
public class CallerResolver implements SyncHandlerMethodArgumentResolver {
  private final LiveKeys keys;
  private final UserSignature signatures;
  private final Clock clock;

  CallerResolver(LiveKeys keys, UserSignature signatures, Clock clock) {
    this.keys = keys;
    this.signatures = signatures;
    this.clock = clock;
  }

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == Caller.class;
  }

  @Override
  public Caller resolveArgumentValue(
      MethodParameter parameter, BindingContext context, ServerWebExchange exchange) {
    return caller(exchange.getRequest().getHeaders()::getFirst);
  }

  /**
   * @param headers the request's, by name; null: absent
   * @throws Problem {@code unauthenticated}, {@code forbidden}
   */
  public Caller caller(UnaryOperator<@Nullable String> headers) {
    String presented = KeyRing.bearer(headers.apply(HttpHeaders.AUTHORIZATION));
    return switch (keys.find(presented)) {
      case KeyFinding.Unknown() ->
          throw Problem.unauthenticated("A known key is needed: Authorization: Bearer <key>.");
      case KeyFinding.Expired expired -> throw Problem.unauthenticated(expired.sentence());
      case KeyFinding.Valid(AccessKey key) -> caller(key, headers);
    };
  }

  private Caller caller(AccessKey key, UnaryOperator<@Nullable String> headers) {
    if (!key.allows(headers.apply(HttpHeaders.ORIGIN))) {
      throw Problem.forbidden("This key may not be used from this origin.");
    }
    return switch (key.role()) {
      case SECRET -> new Caller.Server(key);
      case WRITE, WRITE_SIGNED ->
          new Caller.Browser(key, signatures, headers.apply(UserSignature.HEADER), clock.instant());
    };
  }
}

package dev.attune.responses.access;

import dev.attune.core.access.AccessKey;
import dev.attune.core.access.KeyRing;
import dev.attune.core.access.UserSignature;
import dev.attune.responses.problem.ApiProblem;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/** Makes the {@link Caller} of a request; a handler that asks for one is not entered without. */
@Component
class CallerResolver implements HandlerMethodArgumentResolver {

  private final KeyRing keys;
  private final UserSignature signatures;
  private final Clock clock;

  CallerResolver(KeyRing keys, UserSignature signatures, Clock clock) {
    this.keys = keys;
    this.signatures = signatures;
    this.clock = clock;
  }

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == Caller.class;
  }

  @Override
  public Caller resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binder) {
    AccessKey key = keys.find(KeyRing.bearer(request.getHeader(HttpHeaders.AUTHORIZATION)));
    if (key == null) {
      throw ApiProblem.unauthenticated();
    }
    return switch (key.role()) {
      case SECRET -> new Caller.Server();
      case WRITE -> browser(key, request);
    };
  }

  private Caller browser(AccessKey key, NativeWebRequest request) {
    if (!key.allows(request.getHeader(HttpHeaders.ORIGIN))) {
      throw ApiProblem.forbidden("This key may not be used from this origin.");
    }
    return new Caller.Browser(signatures, request.getHeader(UserSignature.HEADER), clock.instant());
  }
}

package dev.attune.gateway.problem;

import dev.attune.http.HttpAnswer;
import java.util.Map;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.reactive.resource.NoResourceFoundException;
import org.springframework.web.server.MethodNotAllowedException;

/**
 * What went wrong under Spring's dispatch: unknown paths, and the pages beside the events. Never
 * tells an exception's text.
 */
// before Spring's own advice, whose problem details carry no code
@Order(Ordered.HIGHEST_PRECEDENCE)
@RestControllerAdvice
class ProblemAdvice {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

  @ExceptionHandler
  ResponseEntity<byte[]> notFound(NoResourceFoundException e) {
    return entity(new Problem(404, "not_found", "Not found", "no such path", 0), Map.of());
  }

  @ExceptionHandler
  ResponseEntity<byte[]> method(MethodNotAllowedException e) {
    String allowed =
        e.getSupportedMethods().stream().map(HttpMethod::name).collect(Collectors.joining(", "));
    return entity(Problem.methodNotAllowed(), Map.of("Allow", allowed));
  }

  @ExceptionHandler
  ResponseEntity<byte[]> other(Exception e) {
    if (e instanceof ErrorResponse known && known.getStatusCode().is4xxClientError()) {
      int status = known.getStatusCode().value();
      return entity(new Problem(status, "bad_request", "Bad request", "", 0), Map.of());
    }
    LOG.error("A request failed", e);
    return entity(Problem.internal(), Map.of());
  }

  private static ResponseEntity<byte[]> entity(Problem problem, Map<String, String> headers) {
    HttpAnswer answer = ProblemJson.answer(problem).with(headers);
    ResponseEntity.BodyBuilder entity = ResponseEntity.status(answer.status());
    answer.headers().forEach(entity::header);
    return entity.body(answer.body());
  }
}

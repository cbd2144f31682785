package dev.attune.http;

import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.ResponseEntity;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.server.ServerWebExchange;

/** Turns what went wrong under Spring's dispatch into problem details with a stable code. */
// before Spring's own advice, whose problem details carry no code
@Order(Ordered.HIGHEST_PRECEDENCE)
@RestControllerAdvice
class ProblemAdvice {
  private static final Logger log = LoggerFactory.getLogger(ProblemAdvice.class);

  @ExceptionHandler
  ResponseEntity<byte[]> answer(Exception failure, ServerWebExchange exchange) {
    HttpAnswer answer = problem(failure).answer(exchange.getRequest().getPath().value());
    ResponseEntity.BodyBuilder entity = ResponseEntity.status(answer.status());
    answer.headers().forEach(entity::header);
    return entity.body(answer.body());
  }

  private static Problem problem(Exception failure) {
    if (failure instanceof Problem problem) {
      return problem;
    }
    if (failure instanceof ErrorResponse refused && refused.getStatusCode().is4xxClientError()) {
      Map<String, String> headers = new HashMap<>(refused.getHeaders().toSingleValueMap());
      int status = refused.getStatusCode().value();
      String detail = status == 404 ? "No such path." : refused.getBody().getDetail();
      return Problem.ofSpring(status, detail, headers);
    }
    log.error("A request failed", failure);
    return Problem.internal();
  }
}

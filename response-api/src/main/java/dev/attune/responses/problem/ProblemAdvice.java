package dev.attune.responses.problem;

import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.reactive.result.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** The one place where failures become problem details (RFC 9457). */
@RestControllerAdvice
class ProblemAdvice extends ResponseEntityExceptionHandler {

  private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

  @ExceptionHandler
  ResponseEntity<Object> refused(ApiProblem problem) {
    ProblemDetail body = ProblemDetail.forStatusAndDetail(problem.status(), problem.getMessage());
    body.setProperty("code", problem.code());
    HttpHeaders headers = new HttpHeaders();
    if (problem.field() != null) {
      body.setProperty("field", problem.field());
    }
    if (problem.retryAfter() != null) {
      headers.set(HttpHeaders.RETRY_AFTER, Long.toString(problem.retryAfter().toSeconds()));
      body.setProperty("retryable", true);
    }
    if (problem.status() == HttpStatus.UNAUTHORIZED) {
      headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
    }
    return new ResponseEntity<>(body, headers, problem.status());
  }

  @ExceptionHandler
  ResponseEntity<Object> failed(RuntimeException failure) {
    LOG.error("A request failed", failure);
    ProblemDetail body =
        ProblemDetail.forStatusAndDetail(
            HttpStatus.INTERNAL_SERVER_ERROR, "Something went wrong here.");
    body.setProperty("code", "internal");
    return new ResponseEntity<>(body, HttpStatus.INTERNAL_SERVER_ERROR);
  }

  @Override
  protected Mono<ResponseEntity<Object>> handleExceptionInternal(
      Exception failure,
      @Nullable Object body,
      @Nullable HttpHeaders headers,
      HttpStatusCode status,
      ServerWebExchange exchange) {
    return super.handleExceptionInternal(failure, body, headers, status, exchange)
        .doOnNext(
            answer -> {
              if (answer.getBody() instanceof ProblemDetail detail) {
                detail.setProperty("code", code(status));
              }
            });
  }

  private static String code(HttpStatusCode status) {
    HttpStatus known = HttpStatus.resolve(status.value());
    return switch (known) {
      case BAD_REQUEST -> "malformed";
      case CONTENT_TOO_LARGE -> "too_large";
      case null -> "error";
      default -> known.name().toLowerCase(Locale.ROOT);
    };
  }
}

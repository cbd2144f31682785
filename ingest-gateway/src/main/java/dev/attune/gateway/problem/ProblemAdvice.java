package dev.attune.gateway.problem;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** What went wrong under Spring's dispatch: unknown paths, and the pages beside the events. */
// before Spring's own advice, whose problem details carry no code
@Order(Ordered.HIGHEST_PRECEDENCE)
@RestControllerAdvice
class ProblemAdvice {
  @ExceptionHandler
  void notFound(NoResourceFoundException e, HttpServletResponse response) throws IOException {
    ProblemWriter.write(new Problem(404, "not_found", "Not found", "no such path", 0), response);
  }

  @ExceptionHandler
  void method(HttpRequestMethodNotSupportedException e, HttpServletResponse response)
      throws IOException {
    String[] supported = e.getSupportedMethods();
    response.setHeader("Allow", supported == null ? "" : String.join(", ", supported));
    ProblemWriter.write(Problem.methodNotAllowed(), response);
  }

  @ExceptionHandler
  void other(Exception e, HttpServletResponse response) throws IOException {
    if (!response.isCommitted()
        && e instanceof ErrorResponse known
        && known.getStatusCode().is4xxClientError()) {
      int status = known.getStatusCode().value();
      ProblemWriter.write(new Problem(status, "bad_request", "Bad request", "", 0), response);
      return;
    }
    Failures.answer(e, response);
  }
}

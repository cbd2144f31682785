package dev.attune.gateway.problem;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.ErrorResponse;
import org.springframework.web.HttpRequestMethodNotSupportedException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.resource.NoResourceFoundException;

/** What went wrong outside the handlers; never tells an exception's text. */
// before Spring's own advice, whose problem details carry no code
@Order(Ordered.HIGHEST_PRECEDENCE)
@RestControllerAdvice
class ProblemAdvice {
  private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);

  @ExceptionHandler
  void notFound(NoResourceFoundException e, HttpServletResponse response) throws IOException {
    ProblemWriter.write(new Problem(404, "not_found", "Not found", "no such path", 0), response);
  }

  @ExceptionHandler
  void method(HttpRequestMethodNotSupportedException e, HttpServletResponse response)
      throws IOException {
    String[] supported = e.getSupportedMethods();
    response.setHeader("Allow", supported == null ? "" : String.join(", ", supported));
    ProblemWriter.write(
        new Problem(405, "method_not_allowed", "Method not allowed", "see Allow", 0), response);
  }

  /** A body that the client stopped sending ends here too: nobody is left to answer. */
  @ExceptionHandler
  void connection(IOException e, HttpServletResponse response) throws IOException {
    if (!response.isCommitted()) {
      ProblemWriter.write(Problem.malformed("the body ended early"), response);
    }
  }

  @ExceptionHandler
  void other(Exception e, HttpServletResponse response) throws IOException {
    if (response.isCommitted()) {
      return;
    }
    if (e instanceof ErrorResponse known && known.getStatusCode().is4xxClientError()) {
      int status = known.getStatusCode().value();
      ProblemWriter.write(new Problem(status, "bad_request", "Bad request", "", 0), response);
      return;
    }
    LOG.error("A request failed", e);
    ProblemWriter.write(new Problem(500, "internal", "Internal error", "", 0), response);
  }
}

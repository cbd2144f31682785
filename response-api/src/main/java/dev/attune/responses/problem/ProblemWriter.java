package dev.attune.responses.problem;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/** Writes problem details where Spring's dispatch is not there to do so, and writes the same. */
@Component
public class ProblemWriter {

  private final ProblemAdvice advice;
  private final JsonMapper json;

  ProblemWriter(ProblemAdvice advice, JsonMapper json) {
    this.advice = advice;
    this.json = json;
  }

  /** Nothing is added to an answer that is already on its way. */
  public void write(
      RuntimeException failure, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!response.isCommitted()) {
      write(
          failure instanceof ApiProblem problem ? advice.refused(problem) : advice.failed(failure),
          request,
          response);
    }
  }

  public void writeMethodNotAllowed(
      String allowed, HttpServletRequest request, HttpServletResponse response) throws IOException {
    ProblemDetail body =
        ProblemDetail.forStatusAndDetail(
            HttpStatus.METHOD_NOT_ALLOWED,
            "Method '" + request.getMethod() + "' is not supported.");
    body.setProperty("code", "method_not_allowed");
    HttpHeaders headers = new HttpHeaders();
    headers.set(HttpHeaders.ALLOW, allowed);
    write(new ResponseEntity<>(body, headers, HttpStatus.METHOD_NOT_ALLOWED), request, response);
  }

  private void write(
      ResponseEntity<Object> problem, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (problem.getBody() instanceof ProblemDetail detail) {
      detail.setInstance(URI.create(request.getRequestURI()));
    }
    byte[] body = json.writeValueAsBytes(problem.getBody());
    response.setStatus(problem.getStatusCode().value());
    problem.getHeaders().forEach((name, values) -> response.setHeader(name, values.getFirst()));
    response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}

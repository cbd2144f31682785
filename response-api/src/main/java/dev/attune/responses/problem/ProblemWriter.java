package dev.attune.responses.problem;

import dev.attune.http.HttpAnswer;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.springframework.http.HttpHeaders;
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

  /**
   * What a failure is answered with.
   *
   * @param path that was asked
   */
  public HttpAnswer answer(RuntimeException failure, String path) {
    ResponseEntity<Object> problem =
        failure instanceof ApiProblem refused ? advice.refused(refused) : advice.failed(failure);
    if (problem.getBody() instanceof ProblemDetail detail) {
      detail.setInstance(URI.create(path));
    }
    Map<String, String> headers = new HashMap<>();
    problem.getHeaders().forEach((name, values) -> headers.put(name, values.getFirst()));
    headers.put(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    return new HttpAnswer(
        problem.getStatusCode().value(), json.writeValueAsBytes(problem.getBody()), headers);
  }
}

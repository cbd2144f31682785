package dev.attune.gateway.problem;

import dev.attune.http.HttpAnswer;
import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes a problem as an answer. */
public final class ProblemJson {
  private static final JsonFactory JSON = new JsonFactory();

  private ProblemJson() {}

  public static HttpAnswer answer(Problem problem) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Content-Type", "application/problem+json");
    if (problem.status() == 401) {
      headers.put("WWW-Authenticate", "Bearer");
    }
    if (problem.retryable()) {
      headers.put("Retry-After", Long.toString(problem.retryAfterSeconds()));
    }
    return new HttpAnswer(problem.status(), body(problem), headers);
  }

  private static byte[] body(Problem problem) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256);
    try (JsonGenerator json = JSON.createGenerator(ObjectWriteContext.empty(), out)) {
      json.writeStartObject();
      json.writeStringProperty("type", "about:blank");
      json.writeStringProperty("title", problem.title());
      json.writeNumberProperty("status", problem.status());
      json.writeStringProperty("detail", problem.detail());
      json.writeStringProperty("code", problem.code());
      if (problem.retryable()) {
        json.writeBooleanProperty("retryable", true);
      }
      json.writeEndObject();
    }
    return out.toByteArray();
  }
}

package dev.attune.gateway.problem;

import jakarta.servlet.http.HttpServletResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes a problem as a response. */
public final class ProblemWriter {
  private static final JsonFactory JSON = new JsonFactory();

  private ProblemWriter() {}

  public static void write(Problem problem, HttpServletResponse response) throws IOException {
    byte[] body = body(problem);
    response.setStatus(problem.status());
    response.setContentType("application/problem+json");
    if (problem.status() == 401) {
      response.setHeader("WWW-Authenticate", "Bearer");
    }
    if (problem.retryable()) {
      response.setHeader("Retry-After", Long.toString(problem.retryAfterSeconds()));
    }
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
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

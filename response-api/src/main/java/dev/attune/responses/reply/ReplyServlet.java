package dev.attune.responses.reply;

import dev.attune.responses.access.Caller;
import dev.attune.responses.access.CallerResolver;
import dev.attune.responses.problem.ApiProblem;
import dev.attune.responses.problem.ProblemWriter;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.web.filter.ServerHttpObservationFilter;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code POST /v1/responses}, contract §4. A servlet of its own, since Spring's dispatch would come
 * on top of each reply; its filters (traces, metrics, cross-origin rules) are passed all the same.
 */
// servlets are serializable by inheritance only; none is ever written
@SuppressWarnings("serial")
final class ReplyServlet extends HttpServlet {

  static final String PATH = "/v1/responses";

  /** Fifty variables of a thousand characters fit; nobody can make a replica hold more. */
  private static final int MAX_BODY = 64 * 1024;

  private final AskReader reader;
  private final ReplyService replies;
  private final CallerResolver callers;
  private final ProblemWriter problems;
  private final ReplyMeters meters;
  private final ObjectWriter json;

  ReplyServlet(
      AskReader reader,
      ReplyService replies,
      CallerResolver callers,
      ProblemWriter problems,
      ReplyMeters meters,
      JsonMapper json) {
    this.reader = reader;
    this.replies = replies;
    this.callers = callers;
    this.problems = problems;
    this.meters = meters;
    this.json = json.writerFor(ReplyBody.class);
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws ServletException, IOException {
    // the metrics' and traces' name of this path, which Spring's dispatch would tell
    ServerHttpObservationFilter.findObservationContext(request)
        .ifPresent(context -> context.setPathPattern(PATH));
    long start = System.nanoTime();
    switch (request.getMethod()) {
      case "POST" -> doPost(request, response);
      case "OPTIONS" -> doOptions(request, response);
      default -> problems.writeMethodNotAllowed("POST", request, response);
    }
    meters.answered(request.getMethod(), response.getStatus(), System.nanoTime() - start);
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    byte[] body;
    try {
      body = json.writeValueAsBytes(reply(request));
    } catch (RuntimeException e) {
      problems.write(e, request, response);
      return;
    }
    response.setContentType(MediaType.APPLICATION_JSON_VALUE);
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private ReplyBody reply(HttpServletRequest request) throws IOException {
    Caller caller = callers.caller(request::getHeader);
    if (!isJson(request.getContentType())) {
      throw ApiProblem.unsupportedMediaType();
    }
    Ask ask = reader.read(body(request));
    caller.mustReach(ask.request().userId());
    return replies.reply(ask);
  }

  /**
   * With a length told, room for just that: {@code readNBytes} of a limit clears room for it all.
   */
  private static byte[] body(HttpServletRequest request) throws IOException {
    long length = request.getContentLengthLong();
    int most = length >= 0 && length <= MAX_BODY ? (int) length : MAX_BODY + 1;
    byte[] body = request.getInputStream().readNBytes(most);
    if (body.length > MAX_BODY) {
      throw ApiProblem.tooLarge(MAX_BODY);
    }
    return body;
  }

  private static boolean isJson(@Nullable String contentType) {
    if (MediaType.APPLICATION_JSON_VALUE.equals(contentType)) {
      return true;
    }
    try {
      return contentType != null
          && MediaType.APPLICATION_JSON.includes(MediaType.parseMediaType(contentType));
    } catch (InvalidMediaTypeException e) {
      return false;
    }
  }
}

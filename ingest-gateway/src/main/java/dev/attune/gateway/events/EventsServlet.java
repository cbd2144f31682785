package dev.attune.gateway.events;

import dev.attune.gateway.access.Caller;
import dev.attune.gateway.access.Doorkeeper;
import dev.attune.gateway.access.Doorkeeper.Verdict;
import dev.attune.gateway.events.Answer.Receipt;
import dev.attune.gateway.events.Answer.Refusal;
import dev.attune.gateway.problem.Failures;
import dev.attune.gateway.problem.Problem;
import dev.attune.gateway.problem.ProblemWriter;
import dev.attune.schemas.registry.RegistryException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Clock;

/**
 * {@code POST /v1/events}, contract §3. Works on the raw request: bodies are bounded while they are
 * read and go to Avro without a tree in between. A servlet of its own because Spring's dispatch
 * costs as much as all the work on a single event.
 */
// servlets are serializable by inheritance only; none is ever written
@SuppressWarnings("serial")
final class EventsServlet extends HttpServlet {
  static final String PATH = "/v1/events";

  private final Doorkeeper doorkeeper;
  private final BodyReader bodies;
  private final EventDecoder decoder;
  private final Intake intake;
  private final IngestMeters meters;
  private final Clock clock;

  EventsServlet(
      Doorkeeper doorkeeper,
      BodyReader bodies,
      EventDecoder decoder,
      Intake intake,
      IngestMeters meters,
      Clock clock) {
    this.doorkeeper = doorkeeper;
    this.bodies = bodies;
    this.decoder = decoder;
    this.intake = intake;
    this.meters = meters;
    this.clock = clock;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!"POST".equals(request.getMethod())) {
      response.setHeader("Allow", "POST");
      ProblemWriter.write(Problem.methodNotAllowed(), response);
      return;
    }
    try {
      post(request, response);
    } catch (IOException | RuntimeException e) {
      Failures.answer(e, response);
    }
  }

  private void post(HttpServletRequest request, HttpServletResponse response) throws IOException {
    long start = System.nanoTime();
    long receivedAt = clock.millis();
    Answer answer =
        switch (doorkeeper.judge(request)) {
          case Verdict.Refused(Problem problem) -> new Refusal(problem);
          case Verdict.Admitted(Caller caller) -> take(caller, request, receivedAt);
        };
    switch (answer) {
      case Receipt receipt -> AnswerWriter.write(receipt, response);
      case Refusal(Problem problem) -> ProblemWriter.write(problem, response);
    }
    meters.request(response.getStatus(), System.nanoTime() - start);
  }

  private Answer take(Caller caller, HttpServletRequest request, long receivedAt)
      throws IOException {
    try (BodyReader.Body body = bodies.read(request)) {
      Problem problem = body.problem();
      if (problem != null) {
        return new Refusal(problem);
      }
      Decoded decoded =
          decoder.decode(
              request.getContentType(), request.getHeader("Attune-Schema-Id"), body.bytes());
      return decoded == null
          ? new Refusal(
              Problem.unsupportedMediaType(
                  "Content-Type is application/json, text/plain, application/x-ndjson or "
                      + AvroBatches.CONTENT_TYPE))
          : intake.take(caller, decoded, TraceHeaders.of(request), receivedAt);
    } catch (RegistryException.Unavailable e) {
      return new Refusal(Problem.unavailable("the schema registry is away"));
    }
  }
}

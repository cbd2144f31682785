package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.StackSettings;
import dev.attune.sdk.Attune;
import dev.attune.sdk.Event;
import dev.attune.sdk.HttpTransport;
import dev.attune.sdk.Options;
import dev.attune.sdk.Transport;
import dev.attune.system.TraceReceiver.Received;
import io.opentelemetry.proto.trace.v1.Span.Link;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** One trace leads from an SDK's event to the reply that knows it. */
class TraceIT {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final int BURST = 300;

  private final RunningStack stack = RunningStack.shared();
  private final TraceReceiver receiver = RunningStack.sharedTraces();
  private final Instant began = Instant.now();

  @Test
  void leadsFromTheEventToTheReplyThatKnowsIt() throws Exception {
    String user = "traced-customer";
    List<Received> trace = whole(talk(sdk().traces(1), user));

    Received gateway = only(trace, "attune-gateway: http post /v1/events (SERVER)");
    Received process = only(trace, "attune-feature-streams: process event (CONSUMER)");
    Received call = only(trace, "attune-feature-streams: score (CLIENT)");
    Received score = only(trace, "attune-inference-service: score (SERVER)");
    Received write = only(trace, "attune-inference-service: redis write (CLIENT)");
    Received request = only(trace, "attune-response-api: http post /v1/responses (SERVER)");
    Received reply = only(trace, "attune-response-api: reply (INTERNAL)");
    Received read = only(trace, "attune-response-api: redis read (CLIENT)");
    assertThat(process.parent()).isEqualTo(gateway.id());
    assertThat(call.parent()).isEqualTo(process.id());
    assertThat(score.parent()).isEqualTo(call.id());
    assertThat(write.parent()).isEqualTo(score.id());
    assertThat(reply.parent()).isEqualTo(request.id());
    assertThat(read.parent()).isEqualTo(reply.id());
    assertThat(links(reply)).as("what made the prediction").containsExactly(score.id());
    assertThat(receiver.spans(began))
        .as("ids and texts stay out")
        .noneMatch(span -> span.span().toString().contains(user))
        .noneMatch(span -> span.span().toString().contains("where is my"));
  }

  @Test
  void aCallForSeveralEventsLinksToThoseWhosePlaceItTook() throws Exception {
    String user = "traced-burst";
    try (Attune attune = sdk().traces(1).batch(BURST, 1 << 20, LONG).start()) {
      for (int i = 0; i < BURST; i++) {
        attune.track(Event.clicked(user, "element-" + i));
      }
      assertThat(attune.flush(LONG)).isTrue();
    }

    Eventually.holds(
        "a call links to the events that it is for as well",
        () ->
            receiver.spans(began).stream()
                .filter(span -> span.title().equals("attune-feature-streams: score (CLIENT)"))
                .anyMatch(span -> isOfEvents(span, links(span))));
  }

  /** Whether it links to events of its own trace. */
  private boolean isOfEvents(Received span, List<String> links) {
    List<String> events =
        receiver.trace(span.traceId()).stream()
            .filter(other -> other.span().getName().equals("process event"))
            .map(Received::id)
            .toList();
    return !links.isEmpty() && events.containsAll(links);
  }

  @Test
  void whatIsNotSampledLeavesNothing() throws Exception {
    String unsampled = talk(sdk().traces(0), "untraced");
    String silent = talk(sdk(), "untraced");

    // a later trace has come whole, so these would have, too
    var unused = whole(talk(sdk().traces(1), "traced-later"));
    assertThat(silent).isEmpty();
    assertThat(receiver.trace(unsampled))
        .matches(spans -> spans.isEmpty() || spans.stream().anyMatch(TraceIT::isKeptForItsEnd));
    assertThat(receiver.spans(began))
        .filteredOn(span -> span.span().getParentSpanId().isEmpty())
        .as("spans that no SDK asked for, but for what a slow machine made wait")
        .allMatch(TraceIT::isKeptForItsEnd);
  }

  private static boolean isKeptForItsEnd(Received span) {
    return span.span().getAttributesList().stream()
        .anyMatch(attribute -> attribute.getKey().equals("attune.tail_sampled"));
  }

  /** It waits for an event that never comes, longer than the time from which it is kept. */
  @Test
  void aSlowReplyIsKeptWithItsPartsThoughNobodySampledIt() throws Exception {
    String user = "traced-slowly";
    String trace = "5bf92f3577b34da6a3ce929d0e0e4736";
    String token =
        String.valueOf(
            stack.gateway.send(List.of(Events.clicked(user, "menu"))).tokens().get(user));
    String never = token.replaceFirst("-.*", "-999999999999");
    var body =
        """
        {"userId":"%s","slot":"greeting","after":"%s","waitMs":1000}"""
            .formatted(user, never);
    var request =
        HttpRequest.newBuilder(URI.create(stack.settings().responsesUrl() + "/v1/responses"))
            .header("Authorization", "Bearer " + LocalKeys.SECRET)
            .header("Content-Type", "application/json")
            .header("traceparent", "00-" + trace + "-00f067aa0ba902b7-00")
            .POST(BodyPublishers.ofString(body));

    assertThat(BoundedHttp.send(request).statusCode()).isEqualTo(200);

    Eventually.holds("its spans have come", () -> receiver.trace(trace).size() == 3);
    List<Received> kept = receiver.trace(trace);
    Received answered = only(kept, "attune-response-api: http post /v1/responses (SERVER)");
    Received reply = only(kept, "attune-response-api: reply (INTERNAL)");
    Received read = only(kept, "attune-response-api: redis read (CLIENT)");
    assertThat(isKeptForItsEnd(answered)).isTrue();
    assertThat(reply.parent()).isEqualTo(answered.id());
    assertThat(read.parent()).isEqualTo(reply.id());
    assertThat(
            Duration.ofNanos(read.span().getEndTimeUnixNano() - read.span().getStartTimeUnixNano()))
        .as("where the time went")
        .isGreaterThan(Duration.ofMillis(900));
  }

  /** All of a trace that ends with a reply, once it has come. */
  private List<Received> whole(String trace) {
    Eventually.holds("the whole trace has come", () -> receiver.trace(trace).size() >= 8);
    return receiver.trace(trace);
  }

  /** Sends a message and asks for the reply that knows it; the id of the trace. */
  private String talk(Options options, String user) throws InterruptedException {
    var http = new HttpTransport();
    var headers = new CopyOnWriteArrayList<String>();
    Transport transport =
        (url, sent, body, timeout) -> {
          headers.add(sent.getOrDefault("traceparent", ""));
          return http.post(url, sent, body, timeout);
        };
    try (Attune attune = options.transport(transport).start()) {
      attune.track(Event.messageSent(user, "where is my order"));
      assertThat(attune.flush(LONG)).isTrue();
      // on a busy machine that takes longer than a reply may wait
      Eventually.holds(
          "the message is in a prediction", () -> Users.isPredicted(stack.settings(), user));
      assertThat(attune.respond(user, "greeting", Map.of(), Duration.ofSeconds(1))).isPresent();
    }
    String first = headers.getFirst();
    return first.isEmpty() ? "" : first.substring(3, 35);
  }

  private static Received only(List<Received> trace, String title) {
    assertThat(trace).extracting(Received::title).containsOnlyOnce(title);
    return trace.stream().filter(span -> span.title().equals(title)).findFirst().orElseThrow();
  }

  private static List<String> links(Received span) {
    return span.span().getLinksList().stream()
        .map(Link::getSpanId)
        .map(id -> HexFormat.of().formatHex(id.toByteArray()))
        .toList();
  }

  private Options sdk() {
    StackSettings settings = stack.settings();
    return Attune.at(settings.gatewayUrl(), LocalKeys.SECRET).responses(settings.responsesUrl());
  }
}

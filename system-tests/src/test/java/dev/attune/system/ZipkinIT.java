package dev.attune.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.attune.core.files.Folders;
import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.infra.Checkout;
import dev.attune.local.infra.HttpProbe;
import dev.attune.local.stack.LocalKeys;
import dev.attune.local.stack.LocalStack;
import dev.attune.local.stack.StackListener;
import dev.attune.local.stack.StackSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code ./attune up --trace --metrics}: a real Zipkin shows the way of a request through all
 * services, and a real Prometheus reads them all. Dashboards and alerts are {@link MonitoringIT}'s.
 */
@Timeout(360)
@TestMethodOrder(OrderAnnotation.class)
class ZipkinIT {
  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String CALLER = "00f067aa0ba902b7";

  private static final StackSettings SETTINGS =
      StackSettings.isolated(
          Checkout.find().root().resolve("system-tests/target/zipkin-stack"),
          Checkout.find().root().resolve("playbooks/support"));

  private static final List<String> BOTH = List.of("--trace", "--metrics");

  private static List<String> printed = List.of();

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(
        SETTINGS.checkout().zipkinJar().isPresent(),
        "Zipkin is not here; ./attune up --trace fetches it");
    new LocalStack(SETTINGS, StackListener.SILENT).purge();
    // training one takes longer than all else here
    Folders.copy(RunningStack.shared().settings().models(), SETTINGS.models());
    printed = up(SETTINGS.checkout().prometheus().isPresent() ? BOTH : List.of("--trace"));
  }

  private static List<String> up(List<String> options) throws IOException, InterruptedException {
    Path out = Files.createDirectories(SETTINGS.home()).resolve("up.out");
    List<String> words = Stream.concat(Stream.of("up"), options.stream()).toList();
    Process up = AttuneCommand.begin(SETTINGS, out, words.toArray(String[]::new));
    try {
      assertThat(up.waitFor(240, TimeUnit.SECONDS)).as("it ended in time").isTrue();
    } finally {
      up.destroyForcibly();
    }
    assertThat(up.exitValue()).as(Files.readString(out)).isZero();
    return Files.readAllLines(out);
  }

  @AfterAll
  static void stop() {
    new LocalStack(SETTINGS, StackListener.SILENT).down();
  }

  @Test
  void oneTraceHoldsTheEventAndTheReplyThatKnowsIt() throws Exception {
    String parent = "00-" + TRACE + "-" + CALLER + "-01";
    JsonNode accepted =
        post(
            SETTINGS.gatewayUrl() + "/v1/events",
            parent,
            Events.messageSent("a-customer-of-zipkin", "where is my order"));
    String token = accepted.path("tokens").path("a-customer-of-zipkin").asString();
    Eventually.holds("the prediction is there", () -> isCaughtUp(reply(token, "")));
    assertThat(isCaughtUp(reply(token, parent))).isTrue();

    Eventually.holds("the whole trace has come", () -> spans().size() >= 8);

    List<JsonNode> spans = spans();
    JsonNode event = only(spans, "attune-gateway: http post /v1/events");
    JsonNode process = only(spans, "attune-feature-streams: process event");
    JsonNode call = only(spans, "attune-feature-streams: score");
    JsonNode score = only(spans, "attune-inference-service: score");
    JsonNode write = only(spans, "attune-inference-service: redis write");
    JsonNode request = only(spans, "attune-response-api: http post /v1/responses");
    JsonNode read = only(spans, "attune-response-api: redis read");
    assertThat(parents(event, process, call, score, write))
        .containsExactly(CALLER, id(event), id(process), id(call), id(score));
    assertThat(request.path("parentId").asString()).isEqualTo(CALLER);
    JsonNode decided = only(spans, "attune-response-api: reply");
    assertThat(read.path("parentId").asString()).isEqualTo(id(decided));
    assertThat(decided.path("tags").path("link.0").asString())
        .as("what made the prediction")
        .isEqualTo(TRACE + "-" + id(score));
  }

  @Test
  void whoBeginsNoTraceFindsTheRequestAllTheSame() throws Exception {
    JsonNode accepted =
        post(
            SETTINGS.gatewayUrl() + "/v1/events",
            "",
            Events.messageSent("somebody-with-curl", "where is my order"));
    assertThat(accepted.path("accepted").asInt()).isEqualTo(1);

    Eventually.holds(
        "a trace that the gateway began",
        () ->
            query("/api/v2/traces?serviceName=attune-inference-service&limit=100")
                .valueStream()
                .anyMatch(trace -> trace.valueStream().anyMatch(ZipkinIT::isFirstOfTheGateway)));
  }

  private static boolean isFirstOfTheGateway(JsonNode span) {
    return !span.has("parentId") && title(span).equals("attune-gateway: http post /v1/events");
  }

  @Test
  void itsPageIsThereAndPrintedAndStaysWithTheNextUp() throws Exception {
    assertThat(printed).anyMatch(line -> line.matches(" +traces +" + SETTINGS.tracesUrl()));
    assertThat(BoundedHttp.get(URI.create(SETTINGS.tracesUrl())).body()).contains("<title>Zipkin");
    List<Long> before = pids();
    List<String> again = up(List.of("--no-model"));

    assertThat(again)
        .contains(printed.stream().filter(ZipkinIT::isOfAnOption).toArray(String[]::new));
    assertThat(pids()).as("nothing was started anew").isEqualTo(before);
  }

  private static boolean isOfAnOption(String line) {
    return line.matches(" +(traces|metrics) .*");
  }

  @Test
  void prometheusIsThereAndReadsAllServices() throws Exception {
    assumeTrue(SETTINGS.checkout().prometheus().isPresent(), "Prometheus is not here");
    var prometheus = new PrometheusClient(SETTINGS.metricsUrl());

    assertThat(printed).anyMatch(line -> line.matches(" +metrics +" + SETTINGS.metricsUrl()));
    assertThat(HttpProbe.status(URI.create(SETTINGS.metricsUrl()))).isEqualTo(200);
    Eventually.holds("all are read", () -> prometheus.query("up == 1").size() == 5);
  }

  @Test
  @Order(Integer.MAX_VALUE)
  void downStopsThemAsWell() {
    AttuneCommand.printed(SETTINGS, "down");

    assertThat(HttpProbe.status(URI.create(SETTINGS.tracesUrl()))).isEqualTo(-1);
    assertThat(HttpProbe.status(URI.create(SETTINGS.metricsUrl()))).isEqualTo(-1);
    assertThat(AttuneCommand.run(SETTINGS, "status", "--json").path("parts").valueStream())
        .noneMatch(part -> Set.of("zipkin", "prometheus").contains(part.path("name").asString()))
        .allMatch(part -> part.path("state").asString().equals("stopped"));
  }

  private static JsonNode reply(String token, String traceparent) throws IOException {
    String question =
        """
        {"userId":"a-customer-of-zipkin","slot":"reply","locale":"en-US",
         "after":"%s","waitMs":1000}\
        """
            .formatted(token);
    return post(SETTINGS.responsesUrl() + "/v1/responses", traceparent, question);
  }

  private static boolean isCaughtUp(JsonNode reply) {
    return reply.path("freshness").path("caughtUp").asBoolean();
  }

  /** Of all parts, the optional ones among them. */
  private static List<Long> pids() {
    List<Long> pids =
        AttuneCommand.run(SETTINGS, "status", "--json")
            .path("parts")
            .valueStream()
            .filter(part -> part.path("pid").isNumber())
            .map(part -> part.path("pid").asLong())
            .toList();
    assertThat(pids)
        .hasSize(
            SETTINGS.parts().size()
                + (int) printed.stream().filter(ZipkinIT::isOfAnOption).count());
    return pids;
  }

  private static JsonNode post(String url, String traceparent, String body) throws IOException {
    var request =
        HttpRequest.newBuilder(URI.create(url))
            .header("Authorization", "Bearer " + LocalKeys.SECRET)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body));
    if (!traceparent.isEmpty()) {
      request.header("traceparent", traceparent);
    }
    HttpResponse<String> answer = BoundedHttp.send(request);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return JsonMapper.shared().readTree(answer.body());
  }

  private static List<JsonNode> spans() throws IOException {
    return query("/api/v2/trace/" + TRACE).valueStream().toList();
  }

  private static JsonNode query(String path) throws IOException {
    URI url = URI.create(SETTINGS.tracesUrl()).resolve(path);
    return JsonMapper.shared().readTree(BoundedHttp.get(url).body());
  }

  private static JsonNode only(List<JsonNode> spans, String title) {
    assertThat(spans).extracting(ZipkinIT::title).containsOnlyOnce(title);
    return spans.stream().filter(span -> title(span).equals(title)).findFirst().orElseThrow();
  }

  private static String title(JsonNode span) {
    String service = span.path("localEndpoint").path("serviceName").asString();
    return service + ": " + span.path("name").asString();
  }

  private static String id(JsonNode span) {
    return span.path("id").asString();
  }

  private static List<String> parents(JsonNode... spans) {
    return Stream.of(spans).map(span -> span.path("parentId").asString()).toList();
  }
}

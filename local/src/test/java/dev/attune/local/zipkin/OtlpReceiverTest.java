package dev.attune.local.zipkin;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class OtlpReceiverTest {
  private static final byte[] TRACES =
      ExportTraceServiceRequest.newBuilder()
          .addResourceSpans(
              ResourceSpans.newBuilder()
                  .addScopeSpans(
                      ScopeSpans.newBuilder()
                          .addSpans(
                              Span.newBuilder()
                                  .setSpanId(ByteString.fromHex("00f067aa0ba902b7"))
                                  .setName("score"))))
          .build()
          .toByteArray();

  private final List<String> taken = new CopyOnWriteArrayList<>();
  private HttpServer zipkin;
  private OtlpReceiver receiver;

  @BeforeEach
  void start() throws IOException {
    zipkin = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    zipkin.createContext(
        "/api/v2/spans",
        exchange -> {
          try (exchange) {
            taken.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(202, -1);
          }
        });
    zipkin.start();
    String url = "http://127.0.0.1:" + zipkin.getAddress().getPort() + "/api/v2/spans";
    receiver = OtlpReceiver.start(0, URI.create(url));
  }

  @AfterEach
  void stop() {
    receiver.close();
    zipkin.stop(0);
  }

  @Test
  void handsOverWhatServicesSendPackedOrNot() throws Exception {
    assertThat(post(TRACES)).isEqualTo(200);
    assertThat(send(request(packed(TRACES)).header("Content-Encoding", "gzip"))).isEqualTo(200);

    assertThat(taken)
        .hasSize(2)
        .allSatisfy(
            spans ->
                assertThat(JsonMapper.shared().readTree(spans).path(0).path("id").asString())
                    .isEqualTo("00f067aa0ba902b7"));
  }

  @Test
  void refusesWhatAreNoTraces() throws Exception {
    byte[] junk = "no traces".getBytes(StandardCharsets.UTF_8);

    assertThat(post(junk)).isEqualTo(400);
    assertThat(send(request(junk).header("Content-Encoding", "gzip"))).isEqualTo(400);
    assertThat(post(new byte[(16 << 20) + 1])).isEqualTo(413);
    assertThat(taken).isEmpty();
  }

  @Test
  void tellsTheSenderToTryAgainWhileZipkinIsAway() throws Exception {
    zipkin.stop(0);

    assertThat(post(TRACES)).isEqualTo(503);
  }

  private int post(byte[] body) throws Exception {
    return send(request(body));
  }

  private HttpRequest.Builder request(byte[] body) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + receiver.port() + "/v1/traces"))
        .header("Content-Type", "application/x-protobuf")
        .POST(BodyPublishers.ofByteArray(body));
  }

  private static int send(HttpRequest.Builder request) throws Exception {
    try (var client = HttpClient.newHttpClient()) {
      HttpResponse<Void> answer = client.send(request.build(), BodyHandlers.discarding());
      return answer.statusCode();
    }
  }

  private static byte[] packed(byte[] bytes) throws IOException {
    var out = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }
}

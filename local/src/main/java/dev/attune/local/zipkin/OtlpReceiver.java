package dev.attune.local.zipkin;

import com.google.protobuf.InvalidProtocolBufferException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Takes traces over HTTP as a collector does, and hands them to Zipkin before it says yes. What it
 * answers tells the sender whether to try again: 503 when Zipkin can't be reached, 400 when the
 * bytes are no traces.
 */
final class OtlpReceiver implements AutoCloseable {
  /** A batch of the services has 512 spans of some hundred bytes. */
  private static final int MOST_BYTES = 16 << 20;

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int TOO_LARGE = 413;

  private final HttpServer server;
  private final URI zipkin;
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(PATIENCE).build();

  private OtlpReceiver(HttpServer server, URI zipkin) {
    this.server = server;
    this.zipkin = zipkin;
  }

  /**
   * Listens on 127.0.0.1.
   *
   * @param port 0 takes a free one
   * @param zipkin where Zipkin takes spans as JSON
   */
  static OtlpReceiver start(int port, URI zipkin) throws IOException {
    var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    var receiver = new OtlpReceiver(HttpServer.create(address, 0), zipkin);
    receiver.server.createContext("/v1/traces", receiver::take);
    receiver.server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    receiver.server.start();
    return receiver;
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void take(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(status(exchange), -1);
    }
  }

  private int status(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestMethod().equals("POST")) {
      return HttpURLConnection.HTTP_BAD_METHOD;
    }
    try (InputStream body = unpacked(exchange)) {
      byte[] bytes = body.readNBytes(MOST_BYTES + 1);
      return bytes.length > MOST_BYTES
          ? TOO_LARGE
          : handOver(ZipkinSpans.json(ExportTraceServiceRequest.parseFrom(bytes)));
    } catch (InvalidProtocolBufferException | ZipException e) {
      return HttpURLConnection.HTTP_BAD_REQUEST;
    }
  }

  private static InputStream unpacked(HttpExchange exchange) throws IOException {
    InputStream body = exchange.getRequestBody();
    boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
    return packed ? new GZIPInputStream(body) : body;
  }

  /** An empty answer is an empty message, which says that all was taken. */
  private int handOver(String spans) {
    HttpRequest request =
        HttpRequest.newBuilder(zipkin)
            .timeout(PATIENCE)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(spans))
            .build();
    try {
      int status = client.send(request, BodyHandlers.discarding()).statusCode();
      return status == HttpURLConnection.HTTP_ACCEPTED ? HttpURLConnection.HTTP_OK : status;
    } catch (IOException e) {
      return HttpURLConnection.HTTP_UNAVAILABLE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return HttpURLConnection.HTTP_UNAVAILABLE;
    }
  }

  @Override
  public void close() {
    server.stop(0);
    client.close();
  }
}

package dev.attune.cli.retrain;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** What inference-service and response-api would tell of a version, over HTTP. */
final class FiguresServer implements AutoCloseable {
  private static final String REPORT =
      """
      {"status":"%s","says":"so","sampleRatioP":1.0,
       "arms":[{"variant":"live","exposed":450},{"variant":"canary","exposed":50}],
       "metrics":[
         {"metric":"csat","comparisons":[{"difference":0.1,"interval":{"low":-0.2,"high":0.4}}]},
         {"metric":"resolved","comparisons":[]}]}""";

  private final HttpServer server;
  volatile String shadow = "null";
  volatile String failures = "[]";
  volatile String slots = "[]";
  volatile String status = "UNDECIDED";
  volatile String drift = "[]";
  volatile String prediction = "null";
  volatile String confidence = "null";

  /** How many of the next requests get no figures. */
  final AtomicInteger unanswered = new AtomicInteger();

  /** Set before {@link #shadow} is. */
  volatile String labels = "{}";

  FiguresServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    serve(
        "/v1/models",
        () -> "{\"shadow\":%s,\"failures\":%s,\"slots\":%s}".formatted(shadow, failures, slots));
    serve("/v1/experiments", () -> REPORT.formatted(status));
    serve(
        "/v1/drift",
        () ->
            "{\"features\":%s,\"prediction\":%s,\"confidence\":%s}"
                .formatted(drift, prediction, confidence));
    server.start();
  }

  private void serve(String path, Supplier<String> body) {
    server.createContext(
        path,
        exchange -> {
          boolean tells = unanswered.getAndUpdate(left -> Math.max(0, left - 1)) == 0;
          byte[] bytes = (tells ? body.get() : "{}").getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(tells ? 200 : 503, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
  }

  /** The shadow agrees and is quick. */
  void shadowIsFine(String version) {
    shadow(version, 900, 100, 0, 0);
  }

  void shadow(String version, long agreed, long differed, long failed, long dropped) {
    shadow(version, agreed, differed, failed, dropped, 0.1);
  }

  void shadow(
      String version, long agreed, long differed, long failed, long dropped, double millis) {
    shadow =
        """
        {"version":"%s","agreed":%d,"differed":%d,"failed":%d,"dropped":%d,"meanDistance":0.1,
         "rowMillis":%s,"labels":%s}"""
            .formatted(version, agreed, differed, failed, dropped, millis, labels);
  }

  /** As canary or live it failed on some of its rows. */
  void served(String version, long rows, long failed) {
    slots =
        """
        [{"version":"%s","rows":%d,"failed":%d}]"""
            .formatted(version, rows, failed);
  }

  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

package dev.attune.gateway;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Takes exported spans and counts them by name. */
final class TraceSink implements AutoCloseable {
  private final List<String> bodies = new CopyOnWriteArrayList<>();
  private final HttpServer server;

  TraceSink() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(200, -1);
            // names stand in it as they are
            bodies.add(new String(body, StandardCharsets.ISO_8859_1));
          }
        });
    server.start();
  }

  String endpoint() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces";
  }

  int spans(String name) {
    return bodies.stream().mapToInt(body -> body.split(name, -1).length - 1).sum();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

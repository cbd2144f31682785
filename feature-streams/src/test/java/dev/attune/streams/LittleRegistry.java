package dev.attune.streams;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.attune.schemas.registry.SchemaRegistryClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A schema registry that registers and finds by id, so that topology tests use the real serdes. */
public final class LittleRegistry implements AutoCloseable {

  private final List<String> bodies = new ArrayList<>();
  private final HttpServer server;
  private volatile boolean away;

  public LittleRegistry() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/", this::handle);
    server.start();
  }

  public SchemaRegistryClient client() {
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    return new SchemaRegistryClient(url, Duration.ofSeconds(2));
  }

  public void goAway() {
    away = true;
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (away) {
      answer(exchange, 503, "{}");
    } else if (path.endsWith("/versions")) {
      answer(exchange, 200, "{\"id\":" + idOf(body) + "}");
    } else if (path.startsWith("/schemas/ids/")) {
      find(exchange, Long.parseLong(path.substring("/schemas/ids/".length())));
    } else {
      answer(exchange, 200, "{}");
    }
  }

  private int idOf(String body) {
    int known = bodies.indexOf(body);
    if (known >= 0) {
      return known + 1;
    }
    bodies.add(body);
    return bodies.size();
  }

  private void find(HttpExchange exchange, long id) throws IOException {
    if (id < 1 || id > bodies.size()) {
      answer(exchange, 404, "{\"error_code\":40403,\"message\":\"not found\"}");
    } else {
      answer(exchange, 200, bodies.get((int) id - 1));
    }
  }

  private static void answer(HttpExchange exchange, int status, String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

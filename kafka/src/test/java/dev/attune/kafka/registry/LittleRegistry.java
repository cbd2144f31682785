package dev.attune.kafka.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/** A registry on the JDK's HTTP server: gives ids and schemas, and any answer queued before. */
final class LittleRegistry implements AutoCloseable {
  record Request(String method, String path, String body, String authorization) {}

  /**
   * @param missing how many bytes of the body never come
   */
  private record Answer(int status, String body, int missing) {
    Answer(int status, String body) {
      this(status, body, 0);
    }
  }

  private final HttpServer server;
  private final List<String> schemas = new ArrayList<>();
  private final Queue<Answer> queued = new ConcurrentLinkedQueue<>();
  final List<Request> requests = new CopyOnWriteArrayList<>();

  private final String scheme;

  LittleRegistry() {
    this(null);
  }

  /** With TLS. */
  LittleRegistry(@Nullable SSLContext tls) {
    scheme = tls == null ? "http" : "https";
    try {
      server = tls == null ? HttpServer.create() : secured(tls);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.createContext("/api", this::handle);
    server.start();
  }

  private static HttpServer secured(SSLContext tls) throws IOException {
    HttpsServer server = HttpsServer.create();
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    return server;
  }

  URI url() {
    return URI.create(scheme + "://127.0.0.1:" + server.getAddress().getPort() + "/api");
  }

  void answerNext(int status, String body) {
    queued.add(new Answer(status, body));
  }

  /** The next answer stops in the middle of its body, and its connection stays open. */
  void stallNext() {
    queued.add(new Answer(200, "{", 100));
  }

  synchronized int add(String schema) {
    if (!schemas.contains(schema)) {
      schemas.add(schema);
    }
    return schemas.indexOf(schema) + 1;
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String path = exchange.getRequestURI().getRawPath().substring("/api".length());
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    requests.add(
        new Request(
            exchange.getRequestMethod(), path, body, authorization == null ? "" : authorization));
    Answer next = queued.poll();
    Answer answer = next != null ? next : answer(path, body);
    byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
    if (answer.missing() > 0) {
      exchange.sendResponseHeaders(answer.status(), bytes.length + answer.missing());
      exchange.getResponseBody().write(bytes);
      exchange.getResponseBody().flush();
      return;
    }
    try (exchange) {
      exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private synchronized Answer answer(String path, String body) {
    if (path.startsWith("/schemas/ids/")) {
      int id = Integer.parseUnsignedInt(path.substring("/schemas/ids/".length()));
      return id >= 1 && id <= schemas.size()
          ? new Answer(
              200,
              JsonNodeFactory.instance.objectNode().put("schema", schemas.get(id - 1)).toString())
          : new Answer(404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
    }
    if (path.endsWith("/versions")) {
      String schema = JsonMapper.shared().readTree(body).path("schema").stringValue();
      return new Answer(200, "{\"id\":" + add(schema) + "}");
    }
    return new Answer(200, body);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

package dev.attune.sdk;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A real HTTP server that answers by script and keeps what it saw; the last answer repeats. */
final class ScriptedGateway implements AutoCloseable {
  record Request(long atNanos, List<JsonNode> events) {}

  private static final JsonMapper JSON = new JsonMapper();

  final List<Request> requests = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final List<JsonNode> answers;

  ScriptedGateway(List<JsonNode> answers) throws IOException {
    this.answers = answers;
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v1/events", this::answer);
    server.createContext("/v1/responses", ScriptedGateway::reply);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    List<JsonNode> events =
        JSON.readTree(exchange.getRequestBody()).get("events").valueStream().toList();
    JsonNode script = answers.get(Math.min(requests.size(), answers.size() - 1));
    requests.add(new Request(System.nanoTime(), events));
    try (exchange) {
      int status = script.get("status").asInt();
      if (status == 0) {
        return;
      }
      if (script.has("retryAfter")) {
        exchange.getResponseHeaders().set("Retry-After", script.get("retryAfter").asString());
      }
      byte[] body = body(script, status, events).toString().getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static void reply(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      byte[] body = "{\"text\":\"hello\"}".getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private static ObjectNode body(JsonNode script, int status, List<JsonNode> events) {
    ObjectNode body = JSON.createObjectNode();
    if (status >= 300 && !script.has("rejected")) {
      return body.put("code", "scripted");
    }
    JsonNode rejected = script.path("rejected");
    body.put("accepted", events.size() - rejected.size());
    var list = body.putArray("rejected");
    rejected.forEach(index -> list.addObject().put("index", index.asInt()).put("code", "scripted"));
    events.forEach(event -> body.withObject("/tokens").put(event.get("userId").asString(), "0-1"));
    return body;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}

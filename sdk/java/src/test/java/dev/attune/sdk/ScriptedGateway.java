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
      if (script.has("location")) {
        exchange.getResponseHeaders().set("Location", script.get("location").asString());
      }
      // somebody between the client and the gateway sent `body`
      String text = script.path("body").asString(body(script, status, events).toString());
      write(exchange, status, text);
    }
  }

  private static void reply(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      write(exchange, 200, "{\"text\":\"hello\"}");
    }
  }

  private static void write(HttpExchange exchange, int status, String text) throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    // -1: no body at all
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
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

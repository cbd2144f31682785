package dev.attune.console;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.attune.console.overview.AddressLookup;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Services with two instances behind one name: real servers at two addresses of this machine. */
@Timeout(90)
class ReplicasIT {
  private static final String NAME = "services.test";

  /** As long as they have run when the console comes. */
  private static final long OLD_SECONDS = 86_400;

  /** A look adds four times 1 and four times 3, and the test has some 20 looks. */
  private static final double MOST = 1_600;

  private final List<String> addresses = new CopyOnWriteArrayList<>();
  private final Set<String> hosts = ConcurrentHashMap.newKeySet();
  private Replica one;
  private Replica two;
  private Upstream upstream;
  private RunningConsole console;

  /** Counts on with each look, as a service does that serves all the time. */
  private final class Replica {
    final AtomicLong replies;
    final int step;
    final long started;
    final HttpServer server;

    Replica(String address, int port, long replies, int step) throws IOException {
      this.replies = new AtomicLong(replies);
      this.step = step;
      this.started = 1_000 + replies;
      this.server = HttpServer.create(new InetSocketAddress(address, port), 0);
      server.createContext("/", this::answer);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.start();
    }

    int port() {
      return server.getAddress().getPort();
    }

    /** With its connections, as a process that ends. */
    void stop() {
      server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
      hosts.add(exchange.getRequestHeaders().getFirst("Host"));
      boolean metrics = exchange.getRequestURI().getPath().equals("/actuator/prometheus");
      byte[] body = (metrics ? metrics() : "{}").getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, body.length);
      try (exchange) {
        exchange.getResponseBody().write(body);
      }
    }

    private String metrics() {
      return """
             attune_replies_total{reason="rule:refund",personalized="true"} %d
             attune_streams_lag 20
             process_start_time_seconds %d
             process_uptime_seconds %d
             """
          .formatted(replies.addAndGet(step), started, OLD_SECONDS);
    }
  }

  @BeforeEach
  void start() throws IOException {
    one = new Replica("127.0.0.1", 0, 1_000_000, 1);
    two = new Replica("127.0.0.2", one.port(), 10, 3);
    addresses.addAll(List.of("127.0.0.1", "127.0.0.2"));
    upstream = new Upstream();
    List<String> settings = new ArrayList<>();
    for (String service : List.of("gateway", "responses", "inference", "streams")) {
      settings.add(
          "attune.console.services.management.%s=http://%s:%d"
              .formatted(service, NAME, one.port()));
    }
    console =
        RunningConsole.before(
            upstream,
            upstream,
            context ->
                context.registerBean(
                    "instances", AddressLookup.class, () -> this::lookup, d -> d.setPrimary(true)),
            settings.toArray(String[]::new));
  }

  private List<InetAddress> lookup(String host) throws UnknownHostException {
    assertThat(host).isEqualTo(NAME);
    List<InetAddress> found = new ArrayList<>();
    for (String address : addresses) {
      found.add(InetAddress.getByName(address));
    }
    if (found.isEmpty()) {
      throw new UnknownHostException(host);
    }
    return found;
  }

  @AfterEach
  void stop() {
    console.close();
    upstream.close();
    one.stop();
    two.stop();
  }

  /** The four services are the same two servers here, so each look asks a server four times. */
  @Test
  void eachInstanceIsAskedAndOnlyWhatGrewIsToldWhoeverComesAndGoes() throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      InputStream body =
          http.send(
                  HttpRequest.newBuilder(console.uri("/api/overview/events"))
                      .timeout(Duration.ofSeconds(20))
                      .build(),
                  BodyHandlers.ofInputStream())
              .body();
      try (var lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
        JsonNode both = until(lines, news -> news.at("/reasons/rule:refund").asDouble() > 0);
        assertThat(both.at("/stages/3/state").asString()).isEqualTo("ok");
        assertThat(both.at("/stages/3/instances").toString())
            .isEqualTo("{\"all\":2,\"answering\":2,\"ready\":2}");
        assertThat(both.at("/stages/1/waiting").asInt()).isEqualTo(40);
        assertThat(hosts).containsExactly(NAME + ":" + one.port());

        two.stop();
        JsonNode half = until(lines, news -> news.at("/stages/3/instances/answering").asInt() == 1);
        assertThat(half.at("/stages/3/state").asString()).isEqualTo("warn");
        assertThat(half.at("/stages/1/waiting").asInt()).isEqualTo(20);

        addresses.remove("127.0.0.2");
        JsonNode alone = until(lines, news -> news.at("/stages/3/instances/all").asInt() == 1);
        assertThat(alone.at("/stages/3/state").asString()).isEqualTo("ok");

        two = new Replica("127.0.0.2", one.port(), 5_000_000, 3);
        addresses.add("127.0.0.2");
        until(lines, news -> news.at("/stages/3/instances/answering").asInt() == 2);
        JsonNode again = until(lines, _ -> true);

        addresses.clear();
        JsonNode none = until(lines, news -> news.at("/stages/3/state").asString().equals("bad"));
        assertThat(none.at("/stages/3/perSecond").isNull()).isTrue();
        for (JsonNode news : List.of(both, half, alone, again, none)) {
          // as one process counts for another, there would be millions
          assertThat(news.at("/reasons/rule:refund").asDouble()).isBetween(1.0, MOST);
        }
      }
      http.shutdownNow();
    }
  }

  private static JsonNode until(BufferedReader lines, Predicate<JsonNode> holds) throws Exception {
    while (true) {
      String line = lines.readLine();
      if (line.startsWith("data:")) {
        JsonNode news = JsonMapper.shared().readTree(line.substring("data:".length()));
        if (holds.test(news)) {
          return news;
        }
      }
    }
  }
}

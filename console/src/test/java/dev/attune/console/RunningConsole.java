package dev.attune.console;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** The console on a port of its own. Closing one ends the network threads of all. */
record RunningConsole(ConfigurableApplicationContext context) implements AutoCloseable {
  /**
   * @param own {@code name=value}, over what it needs to start
   */
  static RunningConsole before(Upstream upstream, Upstream management, String... own) {
    return before(upstream, management, _ -> {}, own);
  }

  static RunningConsole before(
      Upstream upstream,
      Upstream management,
      Consumer<GenericApplicationContext> beans,
      String... own) {
    var properties = new TreeMap<String, String>();
    properties.put("server.address", "127.0.0.1");
    properties.put("server.port", "0");
    properties.put("management.server.port", "0");
    properties.put("attune.console.services.secret", "key");
    for (String service : List.of("gateway", "responses", "inference")) {
      properties.put("attune.console.services." + service, upstream.url());
    }
    for (String service : List.of("gateway", "responses", "inference", "streams")) {
      properties.put("attune.console.services.management." + service, management.url());
    }
    for (String property : own) {
      String[] parts = property.split("=", 2);
      properties.put(parts[0], parts[1]);
    }
    String[] arguments =
        properties.entrySet().stream()
            .map(property -> "--" + property.getKey() + "=" + property.getValue())
            .toArray(String[]::new);
    SpringApplication application = new SpringApplication(ConsoleApplication.class);
    application.addInitializers(
        (ApplicationContextInitializer<GenericApplicationContext>) beans::accept);
    return new RunningConsole(application.run(arguments));
  }

  HttpResponse<String> get(String path, Map<String, String> headers) throws Exception {
    return send("GET", path, "", headers);
  }

  HttpResponse<String> send(String method, String path, String body, Map<String, String> headers)
      throws Exception {
    var request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(30));
    headers.forEach(request::header);
    request.method(
        method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    return send(request);
  }

  /** From the port of management. */
  HttpResponse<String> manage(String path) throws Exception {
    String port = context.getEnvironment().getRequiredProperty("local.management.port");
    return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    try (HttpClient http = HttpClient.newHttpClient()) {
      return http.send(request.build(), BodyHandlers.ofString());
    }
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  int port() {
    return Objects.requireNonNull(((WebServerApplicationContext) context).getWebServer()).getPort();
  }

  @Override
  public void close() {
    context.close();
  }
}

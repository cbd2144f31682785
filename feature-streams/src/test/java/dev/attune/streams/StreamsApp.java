package dev.attune.streams;

import static org.awaitility.Awaitility.await;

import dev.attune.local.infra.BoundedHttp;
import dev.attune.streams.dispatch.DispatchCounters;
import dev.attune.streams.dispatch.Dispatcher;
import dev.attune.streams.runtime.StreamsRunner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.streams.KafkaStreams;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The service in this JVM. */
public final class StreamsApp implements AutoCloseable {
  private final ConfigurableApplicationContext context;

  private StreamsApp(ConfigurableApplicationContext context) {
    this.context = context;
  }

  /** Starts it and waits until it is ready. */
  public static StreamsApp start(Map<String, Object> properties, Class<?>... more) {
    Map<String, Object> all = new LinkedHashMap<>(properties);
    all.put("server.port", 0);
    all.put("management.server.port", 0);
    all.put("attune.erasures.secret", "0123456789abcdef");
    String[] arguments =
        all.entrySet().stream()
            .map(entry -> "--" + entry.getKey() + "=" + entry.getValue())
            .toArray(String[]::new);
    StreamsApp app =
        new StreamsApp(
            new SpringApplicationBuilder(StreamsApplication.class).sources(more).run(arguments));
    await()
        .atMost(Duration.ofSeconds(180))
        .until(() -> app.runner().state() == KafkaStreams.State.RUNNING);
    return app;
  }

  public StreamsRunner runner() {
    return context.getBean(StreamsRunner.class);
  }

  public DispatchCounters counters() {
    return context.getBean(Dispatcher.class).counters();
  }

  public int port() {
    return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  /** What its management port answers. */
  HttpResponse<String> managed(String path) {
    try {
      return BoundedHttp.get(URI.create("http://127.0.0.1:" + managementPort() + path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int managementPort() {
    return context.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
  }

  public ConfigurableApplicationContext context() {
    return context;
  }

  @Override
  public void close() {
    context.close();
  }
}

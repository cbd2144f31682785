package dev.attune.http;

import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/** The real edge on a free port, with the endpoint of the contract. */
final class EdgeServer implements AutoCloseable {
  static final int BUDGET = 100_000;
  static final int KEYS_SHARE = 60_000;

  private final ConfigurableApplicationContext application;

  private EdgeServer(List<Class<?>> more, String... properties) {
    application =
        SpringApplication.run(
            Stream.concat(Stream.of(EndpointServerTest.Application.class), more.stream())
                .toArray(Class<?>[]::new),
            Stream.concat(
                    Stream.of(
                        "server.port=0", "server.address=127.0.0.1", "spring.main.banner-mode=off"),
                    Stream.of(properties))
                .map(property -> "--" + property)
                .toArray(String[]::new));
  }

  static EdgeServer start(String... properties) {
    return new EdgeServer(List.of(), properties);
  }

  /**
   * @param more beans
   */
  static EdgeServer with(Class<?> more, String... properties) {
    return new EdgeServer(List.of(more), properties);
  }

  <T> T bean(Class<T> type) {
    return application.getBean(type);
  }

  int port() {
    return application.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  RawConnection connect() throws IOException {
    return new RawConnection(port());
  }

  /** How many requests are being answered, as it is measured. */
  double inFlight() {
    return application.getBean(MeterRegistry.class).get("attune.http.in.flight").gauge().value();
  }

  /** Bytes of bodies that are held now. */
  int held() {
    return application.getBean(BodyBudget.class).used();
  }

  @Override
  public void close() {
    application.close();
  }
}

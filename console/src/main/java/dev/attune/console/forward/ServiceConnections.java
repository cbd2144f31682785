package dev.attune.console.forward;

import io.netty.channel.ChannelOption;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

/** The connections by which the console asks. */
@Component
public final class ServiceConnections implements AutoCloseable {
  /**
   * Services close what rested for 60 s, and what is asked in that moment gets no answer. A pod
   * that went leaves connections behind that nobody closes.
   */
  private static final Duration LONGEST_REST = Duration.ofSeconds(15);

  /** To one address; each page that follows a user has one for as long as it is open. */
  private static final int MOST = 500;

  private final ConnectionProvider connections;
  private final HttpClient http;

  @Autowired
  ServiceConnections(ServiceSettings settings) {
    this(settings, LONGEST_REST);
  }

  ServiceConnections(ServiceSettings settings, Duration longestRest) {
    this.connections =
        ConnectionProvider.builder("services")
            .maxConnections(MOST)
            .maxIdleTime(longestRest)
            .build();
    this.http =
        HttpClient.create(connections)
            .option(
                ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) settings.connectTimeout().toMillis());
  }

  public HttpClient http() {
    return http;
  }

  public WebClient web() {
    return web(http);
  }

  /**
   * @param silence after which an answer is given up
   */
  WebClient web(Duration silence) {
    return web(http.responseTimeout(silence));
  }

  private static WebClient web(HttpClient http) {
    return WebClient.builder().clientConnector(new ReactorClientHttpConnector(http)).build();
  }

  @Override
  public void close() {
    connections.dispose();
  }
}

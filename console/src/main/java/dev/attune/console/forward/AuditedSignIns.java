package dev.attune.console.forward;

import dev.attune.console.access.SignInRecords;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.reactive.function.client.WebClient;

/** Tells response-api, which writes the topic audit. */
@Component
final class AuditedSignIns implements SignInRecords {
  private static final Logger log = LoggerFactory.getLogger(AuditedSignIns.class);

  /** Longer than response-api waits for Kafka. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final ServiceSettings settings;
  private final WebClient client;
  private final Counter lost;

  AuditedSignIns(ServiceSettings settings, ServiceConnections connections, MeterRegistry metrics) {
    this.settings = settings;
    this.client = connections.web();
    this.lost =
        Counter.builder("attune.audit.lost")
            .description("Acts that happened and could not be recorded in the topic audit")
            .register(metrics);
  }

  private record SignIn(String name, String address, boolean allowed) {}

  @Override
  public void add(String name, String address, boolean allowed) {
    var unused =
        client
            .post()
            .uri(settings.responses().resolve("/internal/sign-ins"))
            .headers(headers -> headers.setBearerAuth(settings.secret()))
            .bodyValue(new SignIn(name, address, allowed))
            .retrieve()
            .toBodilessEntity()
            .timeout(PATIENCE)
            .subscribe(
                answer -> {},
                failure -> {
                  lost.increment();
                  log.warn("a sign-in could not be recorded: {}", failure.toString());
                });
  }
}

package dev.attune.gateway.events;

import dev.attune.http.BodyBudget;
import dev.attune.http.EndpointConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** What the edge of HTTP needs to know. */
@Configuration(proxyBeanMethods = false)
@Import(EndpointConfiguration.class)
class EventsConfiguration {
  /** Tests bring their own. */
  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  BodyBudget bodyBudget(BodySettings settings, MeterRegistry meters) {
    BodyBudget budget =
        new BodyBudget(settings.maxInFlight().toBytes(), settings.maxInFlightPerKey().toBytes());
    meters.gauge("attune.ingest.body.bytes", budget, BodyBudget::used);
    return budget;
  }
}

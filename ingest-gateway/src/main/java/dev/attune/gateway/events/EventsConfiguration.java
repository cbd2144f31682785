package dev.attune.gateway.events;

import dev.attune.http.EndpointConfiguration;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** The endpoint's clock. */
@Configuration(proxyBeanMethods = false)
@Import(EndpointConfiguration.class)
class EventsConfiguration {
  /** Tests bring their own. */
  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }
}

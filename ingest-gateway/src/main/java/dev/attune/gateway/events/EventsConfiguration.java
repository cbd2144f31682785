package dev.attune.gateway.events;

import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The one clock; tests bring their own. */
@Configuration(proxyBeanMethods = false)
class EventsConfiguration {
  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }
}

package dev.attune.console;

import java.time.Duration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;

/** The threads that serve the console's pages. */
@Configuration(proxyBeanMethods = false)
class ServerConfiguration {
  /** None of them is shared with what else runs in the same JVM. */
  @Bean
  ReactorResourceFactory reactorResourceFactory() {
    var resources = new ReactorResourceFactory();
    resources.setUseGlobalResources(false);
    // connections have ended by then
    resources.setShutdownQuietPeriod(Duration.ZERO);
    return resources;
  }
}

package dev.attune.http;

import java.time.Duration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.ReactorResourceFactory;
import reactor.netty.resources.LoopResources;

/** To be imported by a service that has an {@link Endpoint}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HttpSettings.class)
public class EndpointConfiguration {
  @Bean
  EndpointServer endpointServer(Endpoint endpoint, HttpSettings settings) {
    return new EndpointServer(endpoint, settings);
  }

  @Bean
  ServerLoops serverLoops(ReactorResourceFactory resources) {
    return ServerLoops.of(resources.getLoopResources());
  }

  /** A thread a processor, none of them shared with another server of the same JVM. */
  @Bean
  ReactorResourceFactory reactorResourceFactory() {
    var resources = new ReactorResourceFactory();
    resources.setUseGlobalResources(false);
    resources.setLoopResourcesSupplier(
        () -> LoopResources.create("http", Runtime.getRuntime().availableProcessors(), true));
    // connections have ended by then
    resources.setShutdownQuietPeriod(Duration.ZERO);
    return resources;
  }
}

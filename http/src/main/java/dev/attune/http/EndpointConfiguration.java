package dev.attune.http;

import dev.attune.tracing.RequestSpans;
import dev.attune.tracing.TracingConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.cors.reactive.CorsWebFilter;
import reactor.netty.resources.LoopResources;

/**
 * To be imported by a service that has an {@link Endpoint}, a {@link BodyBudget}, {@link
 * BrowserOrigins} and an {@code openapi.json}.
 */
@Configuration(proxyBeanMethods = false)
@Import({OpenApiController.class, ProblemAdvice.class, TracingConfiguration.class})
@EnableConfigurationProperties(HttpSettings.class)
public class EndpointConfiguration {
  @Bean
  EndpointServer endpointServer(
      Endpoint endpoint,
      BodyBudget budget,
      BrowserOrigins origins,
      HttpSettings settings,
      ObjectProvider<MeterRegistry> meters,
      RequestSpans spans) {
    return new EndpointServer(
        new EndpointRequest.Shared(endpoint, budget, origins, spans),
        settings,
        new ConnectionMeters(meters.getIfAvailable(SimpleMeterRegistry::new)));
  }

  /** Asks for the endpoint late: a build makes Spring's server, but nothing that would serve. */
  @Bean
  NettyServerCustomizer endpointCustomizer(ObjectProvider<EndpointServer> endpoint) {
    return server -> endpoint.getObject().joined(server);
  }

  @Bean
  CorsWebFilter corsFilter(BrowserOrigins origins) {
    return BrowserAccess.filter(origins);
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

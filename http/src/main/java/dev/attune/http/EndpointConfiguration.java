package dev.attune.http;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** To be imported by a service that has an {@link Endpoint}. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HttpSettings.class)
public class EndpointConfiguration {
  @Bean
  EndpointServer endpointServer(Endpoint endpoint, HttpSettings settings) {
    return new EndpointServer(endpoint, settings);
  }
}

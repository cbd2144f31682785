package dev.attune.responses.reply;

import dev.attune.http.BodyBudget;
import dev.attune.http.EndpointConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** Puts the endpoint of replies in front of Spring. */
@Configuration(proxyBeanMethods = false)
@Import(EndpointConfiguration.class)
class ReplyConfiguration {
  /** A thousand of the largest bodies at once. */
  private static final int MAX_BODIES = 1000 * ReplyEndpoint.MAX_BODY;

  /** A public key never takes everything from the servers' keys. */
  private static final int MAX_BODIES_OF_KEY = MAX_BODIES / 4 * 3;

  @Bean
  BodyBudget bodyBudget() {
    return new BodyBudget(MAX_BODIES, MAX_BODIES_OF_KEY);
  }
}

package dev.attune.responses.store;

import dev.attune.predictions.RedisPredictions;
import dev.attune.predictions.RedisSettings;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Opens Redis. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RedisSettings.class)
class StoreConfiguration {
  @Bean
  RedisPredictions predictions(RedisSettings settings) {
    return new RedisPredictions(settings, "attune-responses");
  }
}

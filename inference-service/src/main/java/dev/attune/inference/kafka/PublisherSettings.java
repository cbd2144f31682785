package dev.attune.inference.kafka;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * How predictions are published.
 *
 * @param buffer predictions that may wait for Kafka; beyond it the newest are dropped and counted,
 *     since the topic is a record for analysis and scoring must not wait for it
 * @param timeout of a request; a prediction is given up after six of them
 */
@ConfigurationProperties("attune.predictions")
public record PublisherSettings(
    @DefaultValue("10000") int buffer, @DefaultValue("5s") Duration timeout) {
  public PublisherSettings {
    Assert.isTrue(buffer >= 1, "attune.predictions.buffer must be at least 1");
    Assert.isTrue(timeout.isPositive(), "attune.predictions.timeout must be positive");
  }
}

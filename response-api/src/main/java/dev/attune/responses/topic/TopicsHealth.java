package dev.attune.responses.topic;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Out of service while a topic that is followed can't be read on, since one of its records can't be
 * taken or Kafka refuses it: what came after is not known here. No part of liveness or readiness:
 * replies go on. The gauge {@code attune.topics.failing} counts such topics.
 */
@Component("topicsHealthIndicator")
final class TopicsHealth implements HealthIndicator {
  private final List<WholeTopicFollower<?>> followers;

  TopicsHealth(List<WholeTopicFollower<?>> followers, MeterRegistry meters) {
    this.followers = followers;
    Gauge.builder("attune.topics.failing", this, health -> health.failing().size())
        .description("Topics that can't be read on")
        .register(meters);
  }

  private List<String> failing() {
    return followers.stream()
        .filter(WholeTopicFollower::isFailing)
        .map(WholeTopicFollower::topic)
        .sorted()
        .toList();
  }

  @Override
  public Health health() {
    List<String> failing = failing();
    return failing.isEmpty()
        ? Health.up().build()
        : Health.outOfService().withDetail("failing", failing).build();
  }
}

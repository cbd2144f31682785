package dev.attune.responses.topic;

import java.util.List;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.stereotype.Component;

/**
 * Out of service while a record of a topic that is followed can't be taken: what came after it is
 * not known here. No part of liveness or readiness: replies go on.
 */
@Component("topicsHealthIndicator")
final class TopicsHealth implements HealthIndicator {
  private final List<WholeTopicFollower<?>> followers;

  TopicsHealth(List<WholeTopicFollower<?>> followers) {
    this.followers = followers;
  }

  @Override
  public Health health() {
    List<String> failing =
        followers.stream()
            .filter(WholeTopicFollower::isFailing)
            .map(WholeTopicFollower::topic)
            .sorted()
            .toList();
    return failing.isEmpty()
        ? Health.up().build()
        : Health.outOfService().withDetail("failing", failing).build();
  }
}

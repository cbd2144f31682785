package dev.attune.chaos.variant;

import dev.attune.local.infra.KafkaCluster;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.StackSettings;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Three brokers, with everything replicated three times. */
public final class ThreeBrokers implements StackVariant {
  private @Nullable KafkaCluster cluster;

  @Override
  public Map<String, String> start(Plan plan) {
    var brokers = new KafkaCluster(plan.home().resolve("brokers"), plan.checkout());
    cluster = brokers;
    brokers.start();
    return Map.of(
        "ATTUNE_KAFKA_BOOTSTRAP_SERVERS",
        brokers.bootstrapServers(),
        "ATTUNE_TOPIC_REPLICATION",
        "3");
  }

  public KafkaCluster cluster() {
    return Objects.requireNonNull(cluster);
  }

  @Override
  public Set<Part> replaced() {
    return Set.of(Part.KAFKA);
  }

  @Override
  public String kafka(StackSettings first) {
    return cluster().bootstrapServers();
  }

  @Override
  public void close() {
    if (cluster != null) {
      cluster.close();
    }
  }
}

package dev.attune.chaos.variant;

import dev.attune.local.infra.RedisShards;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.StackSettings;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Redis is a cluster of three. */
public final class ThreeShards implements StackVariant {
  private @Nullable RedisShards cluster;

  @Override
  public Map<String, String> start(Plan plan) {
    var shards = new RedisShards(plan.home().resolve("shards"));
    cluster = shards;
    shards.start();
    List<String> addresses =
        shards.uris().stream().map(uri -> uri.substring("redis://".length())).toList();
    return Map.of(
        "ATTUNE_REDIS_MODE",
        "cluster",
        "ATTUNE_REDIS_URI",
        shards.uris().getFirst(),
        "ATTUNE_REDIS_NODES",
        String.join(",", addresses.subList(1, addresses.size())));
  }

  public RedisShards cluster() {
    return Objects.requireNonNull(cluster);
  }

  @Override
  public Set<Part> replaced() {
    return Set.of(Part.REDIS);
  }

  @Override
  public List<String> redis(StackSettings first) {
    return cluster().uris();
  }

  @Override
  public void close() {
    if (cluster != null) {
      cluster.close();
    }
  }
}

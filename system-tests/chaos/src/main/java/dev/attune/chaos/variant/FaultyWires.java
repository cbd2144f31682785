package dev.attune.chaos.variant;

import dev.attune.local.infra.FaultProxy;
import dev.attune.local.infra.ServerException;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Services reach Redis, and feature-streams reaches inference-service, over wires that break. */
public final class FaultyWires implements StackVariant {
  private @Nullable FaultProxy redis;
  private @Nullable ScoringProxy scoring;

  @Override
  public Map<String, String> start(Plan plan) {
    try {
      var toRedis = new FaultProxy(plan.first().redisUri());
      redis = toRedis;
      var toInference = new ScoringProxy(plan.first().ports().inferenceGrpc());
      scoring = toInference;
      return Map.of(
          "ATTUNE_REDIS_URI",
          toRedis.uri(),
          "ATTUNE_INFERENCE_ADDRESS",
          "127.0.0.1:" + toInference.port());
    } catch (IOException e) {
      throw new ServerException("A wire could not be laid: " + e.getMessage() + ".", e);
    }
  }

  public FaultProxy redis() {
    return Objects.requireNonNull(redis);
  }

  public ScoringProxy scoring() {
    return Objects.requireNonNull(scoring);
  }

  @Override
  public void close() {
    if (scoring != null) {
      scoring.close();
    }
    if (redis != null) {
      try {
        redis.close();
      } catch (IOException e) {
        throw new ServerException("A wire could not be taken down.", e);
      }
    }
  }
}

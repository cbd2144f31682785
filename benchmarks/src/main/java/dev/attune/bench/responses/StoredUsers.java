package dev.attune.bench.responses;

import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.playbook.Playbook;
import dev.attune.predictions.PredictionKey;
import dev.attune.schemas.SingleObject;
import dev.attune.schemas.avro.FeatureVector;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.StoredPrediction;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.params.XAddParams;

/** Fills the store with predictions as inference-service writes them. */
public final class StoredUsers {
  private static final int PIPELINED = 1_000;

  private StoredUsers() {}

  /** Those with numbers {@code from} to {@code to}, of whom {@link ReplyRequests} ask. */
  public static void write(String redisUri, Path playbook, int from, int to) {
    byte[] value = value(Playbook.load(playbook).features());
    byte[] field = PredictionKey.FIELD.getBytes(StandardCharsets.UTF_8);
    XAddParams id = XAddParams.xAddParams().id(PredictionKey.entryId(0, 1, 1)).maxLen(1);
    try (Jedis redis = new Jedis(URI.create(redisUri));
        Pipeline pipeline = redis.pipelined()) {
      for (int number = from; number < to; number++) {
        byte[] key = PredictionKey.of(ReplyRequests.user(number)).getBytes(StandardCharsets.UTF_8);
        pipeline.xadd(key, Map.of(field, value), id);
        if (number % PIPELINED == 0) {
          pipeline.sync();
        }
      }
    }
  }

  private static byte[] value(FeatureSet features) {
    long now = System.currentTimeMillis();
    StoredPrediction prediction =
        StoredPrediction.newBuilder()
            .setPartition(0)
            .setOffset(1)
            .setOccurredAt(now)
            .setReceivedAt(now)
            .setPredictedAt(now)
            .setModelName("intent")
            .setModelVersion("2026-01-02.1")
            .setProbabilities(
                List.of(
                    new LabelProbability("order_status", 0.7f),
                    new LabelProbability("refund", 0.2f),
                    new LabelProbability("shipping", 0.1f)))
            .setVector(vector(features))
            .build();
    return SingleObject.write(prediction, StoredPrediction.getEncoder());
  }

  private static FeatureVector vector(FeatureSet features) {
    List<Double> numbers = new ArrayList<>();
    List<@Nullable String> categories = new ArrayList<>();
    for (FeatureColumn column : features.columns()) {
      if (column.kind() == ColumnKind.NUMBER) {
        numbers.add(3.0);
      } else if (column.kind() == ColumnKind.CATEGORY) {
        categories.add("/orders");
      }
    }
    return FeatureVector.newBuilder()
        .setFeatureSetId(features.id())
        .setNumbers(numbers)
        .setCategories(categories)
        .setTokens(List.of())
        .build();
  }
}

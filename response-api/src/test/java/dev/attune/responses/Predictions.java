package dev.attune.responses;

import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.playbook.Playbook;
import dev.attune.predictions.PredictionKey;
import dev.attune.predictions.PredictionWriter;
import dev.attune.predictions.PredictionWriter.Write;
import dev.attune.predictions.PredictionWriter.Written;
import dev.attune.predictions.RedisPredictions;
import dev.attune.predictions.RedisSettings;
import dev.attune.schemas.SingleObject;
import dev.attune.schemas.avro.FeatureVector;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.StoredPrediction;
import io.lettuce.core.RedisClient;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.jspecify.annotations.Nullable;

/** Writes predictions as the inference service does. */
final class Predictions implements AutoCloseable {
  private final RedisSettings settings;
  private final RedisPredictions redis;
  private final PredictionWriter writer;
  private final FeatureSet features = Playbook.load(Path.of("../playbooks/support")).features();

  Predictions(String uri) {
    this(RedisSettings.of(uri));
  }

  Predictions(RedisSettings settings) {
    this.settings = settings;
    redis = new RedisPredictions(settings, "test");
    writer = redis.writer();
  }

  void put(String user, int partition, long offset, String label, float probability, String... in) {
    put(user, partition, offset, label, probability, Instant.now(), in);
  }

  void put(
      String user,
      int partition,
      long offset,
      String label,
      float probability,
      Instant receivedAt,
      String... segments) {
    write(user, 0, prediction(0, partition, offset, label, probability, receivedAt, segments));
  }

  void putIn(int epoch, String user, int partition, long offset, String label, float probability) {
    write(user, epoch, prediction(epoch, partition, offset, label, probability, Instant.now()));
  }

  /** Of somebody who has seen this arm before. */
  void putSeen(String user, String experiment, String variant) {
    StoredPrediction prediction = prediction(0, 0, 1, "refund", 0.9f, Instant.now());
    prediction.setArms(Map.of(experiment, variant));
    write(user, 0, prediction);
  }

  /** What a version of Attune that comes later may write: of a schema that nobody knows here. */
  void putUnknown(String user) {
    Schema next =
        SchemaBuilder.record("StoredPrediction").fields().requiredString("modelName").endRecord();
    var value = new GenericRecordBuilder(next).set("modelName", "intent").build();
    byte[] bytes = SingleObject.write(value, new BinaryMessageEncoder<>(GenericData.get(), next));
    try (var client = RedisClient.create(settings.uri());
        var connection = client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE))) {
      var unused =
          connection
              .sync()
              .xadd(
                  PredictionKey.of(user),
                  new XAddArgs().id(PredictionKey.entryId(0, 1, 1)),
                  Map.of(PredictionKey.FIELD, bytes));
    }
  }

  private StoredPrediction prediction(
      int epoch,
      int partition,
      long offset,
      String label,
      float probability,
      Instant receivedAt,
      String... segments) {
    return StoredPrediction.newBuilder()
        .setEpoch(epoch)
        .setPartition(partition)
        .setOffset(offset)
        .setOccurredAt(receivedAt.toEpochMilli())
        .setReceivedAt(receivedAt.toEpochMilli())
        .setPredictedAt(receivedAt.toEpochMilli())
        .setModelName("intent")
        .setModelVersion("2026-01-02.1")
        .setProbabilities(
            List.of(
                new LabelProbability(label, probability),
                new LabelProbability("other", 1 - probability)))
        .setVector(vector())
        .setSegments(List.of(segments))
        .build();
  }

  private FeatureVector vector() {
    List<Double> numbers = new ArrayList<>();
    List<@Nullable String> categories = new ArrayList<>();
    for (FeatureColumn column : features.columns()) {
      if (column.kind() == ColumnKind.NUMBER) {
        numbers.add((double) numbers.size());
      } else if (column.kind() == ColumnKind.CATEGORY) {
        categories.add(null);
      }
    }
    return new FeatureVector(features.id(), numbers, categories, List.of(), null);
  }

  private void write(String user, int epoch, StoredPrediction prediction) {
    var version = PredictionKey.entryId(epoch, prediction.getOffset(), 1);
    var put = new Write.Put(user, version, prediction);
    if (!writer.write(List.of(put)).equals(List.of(Written.STORED))) {
      throw new AssertionError("not written");
    }
  }

  @Override
  public void close() {
    redis.close();
  }
}

package dev.attune.responses;

import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.playbook.Playbook;
import dev.attune.predictions.PredictionKey;
import dev.attune.schemas.avro.FeatureVector;
import dev.attune.schemas.avro.LabelProbability;
import dev.attune.schemas.avro.StoredPrediction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.util.SafeEncoder;

/** Writes predictions as the inference service does. */
final class Predictions implements AutoCloseable {

  private final Jedis redis;
  private final FeatureSet features = Playbook.load(Path.of("../playbooks/support")).features();

  Predictions(String uri) {
    redis = new Jedis(URI.create(uri));
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
    StoredPrediction prediction =
        StoredPrediction.newBuilder()
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
    write(user, offset, prediction);
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
    return new FeatureVector(features.id(), numbers, categories, List.of());
  }

  private void write(String user, long offset, StoredPrediction prediction) {
    try {
      ByteBuffer encoded = StoredPrediction.getEncoder().encode(prediction);
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      Object written =
          redis.sendCommand(
              Protocol.Command.XADD,
              SafeEncoder.encode(PredictionKey.of(user)),
              SafeEncoder.encode("MAXLEN"),
              SafeEncoder.encode("="),
              SafeEncoder.encode("1"),
              SafeEncoder.encode(PredictionKey.entryId(0, offset, 1)),
              PredictionKey.FIELD.getBytes(StandardCharsets.UTF_8),
              bytes);
      if (written == null) {
        throw new AssertionError("not written");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many replies wait inside Redis. */
  long blockedClients() {
    return redis
        .info("clients")
        .lines()
        .filter(line -> line.startsWith("blocked_clients:"))
        .mapToLong(line -> Long.parseLong(line.substring("blocked_clients:".length()).strip()))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    redis.close();
  }
}

package dev.attune.local.infra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.exceptions.JedisConnectionException;

class InfraIT {
  private static Infra infra;

  @BeforeAll
  static void start() {
    infra = Infra.start();
  }

  @AfterAll
  static void close() {
    infra.close();
  }

  @Test
  void keepsAcknowledgedRecordsWhenTheBrokerIsKilled() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", infra.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic("kept", 1, (short) 1))).all().get();
    }
    long first = send("kept");

    infra.killKafka();
    infra.startKafka();

    assertThat(send("kept")).isEqualTo(first + 1);
  }

  private static long send(String topic) throws Exception {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", infra.bootstrapServers(), "acks", "all");
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      return producer.send(new ProducerRecord<>(topic, "key", "value")).get().offset();
    }
  }

  @Test
  void keepsSchemaIdsWhenTheRegistryIsKilled() throws Exception {
    int first = register("first-value");

    infra.killRegistry();
    infra.startRegistry();

    assertThat(register("first-value")).isEqualTo(first);
    assertThat(get("/schemas/ids/" + first)).contains("\\\"first-value\\\"".replace("-value", ""));
  }

  private static int register(String subject) throws IOException, InterruptedException {
    String name = subject.replace("-value", "");
    String body =
        "{\"schema\":\"{\\\"type\\\":\\\"fixed\\\",\\\"size\\\":1,\\\"name\\\":\\\"%s\\\"}\"}";
    var request =
        HttpRequest.newBuilder(
                URI.create(infra.registryUrl() + "/subjects/" + subject + "/versions"))
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .POST(HttpRequest.BodyPublishers.ofString(body.formatted(name)))
            .build();
    return Integer.parseInt(send(request).replaceAll("\\D", ""));
  }

  private static String get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(URI.create(infra.registryUrl() + path)).build());
  }

  private static String send(HttpRequest request) throws IOException, InterruptedException {
    try (var client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.ofString()).body();
    }
  }

  @Test
  void restartsRedisEmptyOnTheSamePort() {
    try (var redis = RedisClient.create(infra.redisUri())) {
      redis.set("key", "value");
    }

    infra.stopRedis();
    infra.startRedis();

    try (var redis = RedisClient.create(infra.redisUri())) {
      assertThat(Optional.ofNullable(redis.get("key"))).isEmpty();
    }
  }

  @Test
  void aShardThatComesBackIsEmptyAndTheOthersKeepTheirKeys(@TempDir Path home) {
    try (var shards = new RedisShards(home)) {
      shards.start();
      String gone = keyOf(1);
      String kept = keyOf(2);
      set(shards, gone);
      set(shards, kept);

      shards.kill(1);
      assertThat(get(shards, kept)).isEqualTo("value");
      assertThatThrownBy(() -> get(shards, gone)).isInstanceOf(JedisConnectionException.class);
      shards.start(1);

      assertThat(get(shards, gone)).isNull();
      set(shards, gone);
      assertThat(get(shards, gone)).isEqualTo("value");
    }
  }

  private static String keyOf(int shard) {
    return IntStream.iterate(0, i -> i + 1)
        .mapToObj(Integer::toString)
        .filter(key -> RedisShards.shardOf(key) == shard)
        .findFirst()
        .orElseThrow();
  }

  private static void set(RedisShards shards, String key) {
    try (Jedis redis = new Jedis(URI.create(shards.uris().get(RedisShards.shardOf(key))))) {
      assertThat(redis.set(key, "value")).isEqualTo("OK");
    }
  }

  private static @Nullable String get(RedisShards shards, String key) {
    try (Jedis redis = new Jedis(URI.create(shards.uris().get(RedisShards.shardOf(key))))) {
      return redis.get(key);
    }
  }
}

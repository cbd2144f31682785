package dev.attune.inference.refill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.core.scoring.ModelRegistry;
import dev.attune.inference.TestModels;
import dev.attune.inference.kafka.ProfileReader;
import dev.attune.inference.model.ModelHost;
import dev.attune.inference.model.ModelSettings;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.TopicSettings;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.start.KafkaStart;
import dev.attune.local.infra.Infra;
import dev.attune.local.infra.Ports;
import dev.attune.predictions.PredictionKey;
import dev.attune.predictions.PredictionWriter;
import dev.attune.predictions.RedisPredictions;
import dev.attune.predictions.RedisSettings;
import dev.attune.predictions.TestRedis;
import dev.attune.schemas.avro.UserProfile;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** What a Redis process lost comes back: real Redis, Kafka and registry, nobody else writes. */
class RefillIT {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final List<String> USERS = IntStream.range(0, 50).mapToObj(i -> "u-" + i).toList();

  private final Infra infra = Infra.shared();
  private final int port = Ports.free();
  private final SchemaRegistryClient schemas =
      new SchemaRegistryClient(infra.registryUrl(), Duration.ofSeconds(5));
  private final KafkaSettings kafka =
      KafkaSettings.of(infra.bootstrapServers())
          .with(new TopicSettings("it-refill-" + UUID.randomUUID() + ".", true, 1, (short) 1));

  @TempDir private Path dir;
  private TestRedis redis;
  private RedisPredictions predictions;
  private PredictionWriter store;
  private Refill refill;

  @BeforeEach
  void scoreEverybody() throws Exception {
    redis = start();
    predictions = new RedisPredictions(RedisSettings.of(redis.uri()), "test");
    store = predictions.writer();
    ModelHost models = models();
    refill =
        new Refill(
            new RefillSettings(
                Duration.ofMillis(50),
                Duration.ofMillis(200),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30)),
            models,
            predictions.refillMarks(),
            KafkaStart.topics(kafka),
            () -> new ProfileReader(kafka, schemas),
            new ProfileScorer(models, store, InstantSource.system(), new SimpleMeterRegistry()));
    assertThat(KafkaStart.topics(kafka).attempt()).isTrue();
    produce(1);
    refill.start();
    awaitComplete();
  }

  private TestRedis start() {
    return TestRedis.start(port, "--dir", dir.toString());
  }

  private ModelHost models() throws Exception {
    var models =
        new ModelSettings(
            dir.resolve("models").toString(),
            null,
            Path.of("support"),
            Duration.ofSeconds(1),
            Duration.ofMillis(1),
            null,
            List.of(),
            null);
    ModelRegistry registry = models.registry();
    var unused = TestModels.publish(registry, "1", 3);
    registry.promote("1");
    var host =
        new ModelHost(
            registry,
            TestModels.ENCODERS,
            models,
            InstantSource.system(),
            new SimpleMeterRegistry());
    host.refresh();
    return host;
  }

  private void produce(int times) {
    try (var producer =
        new KafkaProducer<String, UserProfile>(
            Map.of("bootstrap.servers", infra.bootstrapServers()),
            new StringSerializer(),
            new AvroSerializer<>(schemas))) {
      for (int i = 0; i < times; i++) {
        for (String user : USERS) {
          var unused =
              producer.send(
                  new ProducerRecord<>(
                      kafka.topics().names().userProfiles(), user, profile(user, i)));
        }
      }
    }
  }

  private static UserProfile profile(String user, long offset) {
    long now = System.currentTimeMillis();
    return new UserProfile(
        user, "s-1", 0, 0, offset, now, now, TestModels.row(1).toAvro(), List.of(), Map.of(), null);
  }

  @AfterEach
  void stop() {
    refill.stop();
    predictions.close();
    redis.close();
  }

  @Test
  void aShardThatCameBackEmptyIsRefilled() {
    try (Jedis admin = new Jedis("127.0.0.1", port)) {
      admin.set("witness", "lost");
    }

    redis.close();
    redis = start();

    awaitComplete();
    try (Jedis admin = new Jedis("127.0.0.1", port)) {
      assertThat(admin.get("witness")).isNull();
    }
  }

  /** Back from an older file, marks and all: only the server's new id tells of the lost write. */
  @Test
  void aShardWhoseReplicationIdChangedIsRefilled() {
    String lost = USERS.getLast();
    String mark = "attune:{refill-0}:mark";
    String before;
    try (Jedis admin = new Jedis("127.0.0.1", port)) {
      String prediction = PredictionKey.of(lost);
      byte[] kept = admin.dump(prediction);
      admin.del(prediction);
      admin.set("witness", "kept");
      admin.save();
      admin.restore(prediction, 0, kept);
      before = admin.get(mark);
    }
    assertThat(store.read(lost)).isPresent();

    redis.close();
    redis = start();

    awaitComplete();
    try (Jedis admin = new Jedis("127.0.0.1", port)) {
      assertThat(before).startsWith("done 3 ");
      assertThat(admin.get(mark)).startsWith("done 3 ").isNotEqualTo(before);
      assertThat(admin.get("witness")).isEqualTo("kept");
    }
  }

  /** Busy users have hundreds of profiles between two compactions. */
  @Test
  void ofManyProfilesOfAUserFewAreScored() {
    produce(400);

    redis.close();
    redis = start();

    awaitComplete();
    assertThat(USERS)
        .allMatch(user -> store.read(user).orElseThrow().prediction().getOffset() == 399);
    assertThat(refill.status().profiles()).isBetween((long) USERS.size(), 500L);
  }

  private void awaitComplete() {
    await()
        .atMost(DEADLINE)
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              assertThat(refill.status().state()).isEqualTo(RefillStatus.State.COMPLETE);
              assertThat(USERS).allMatch(user -> store.read(user).isPresent());
            });
  }
}

package dev.attune.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.TopicSettings;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.topic.TopicSetup;
import dev.attune.local.infra.BoundedHttp;
import dev.attune.local.infra.Infra;
import dev.attune.schemas.KeptTopic;
import dev.attune.schemas.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code ./attune topics} makes in a real Kafka and registry, and what it says of it. */
class TopicsCommandIT {
  private static final int PARTITIONS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Infra infra = Infra.shared();
  private final Topics topics =
      new Topics("t" + UUID.randomUUID().toString().substring(0, 8) + ".");
  private final KafkaSettings kafka =
      KafkaSettings.of(infra.bootstrapServers(), infra.registryUrl())
          .with(new TopicSettings(topics.prefix(), true, PARTITIONS, (short) 1));
  private final List<String> names = topics.all().stream().map(KeptTopic::name).toList();

  @Test
  void makesAllThatServicesNeedAndNothingTheSecondTime() throws IOException {
    Ran first = run(Map.of("ATTUNE_TOPICS_CREATE", "false"));

    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out().lines())
        .hasSize(names.size() + 1)
        .allMatch(line -> line.contains("created: partitions: 3, copies: 1") || isEnd(line));
    for (String name : names) {
      assertThat(first.out()).contains(name + " ");
    }
    try (KafkaAdmin admin = new KafkaAdmin(kafka)) {
      assertThat(admin.topics()).containsAll(names);
    }
    assertThat(topics.subjects()).hasSize(names.size() + 1);
    SchemaRegistryClient registry = new SchemaRegistryClient(kafka.registry());
    for (Map.Entry<String, Schema> subject : topics.subjects().entrySet()) {
      assertThat(registry.latest(subject.getKey()).orElseThrow().getFullName())
          .isEqualTo(subject.getValue().getFullName());
      assertThat(rule(subject.getKey())).contains("\"FULL_TRANSITIVE\"");
    }

    Ran second = run(Map.of());

    assertThat(second.code()).as(second.err()).isZero();
    assertThat(second.out().lines())
        .hasSize(names.size() + 1)
        .allMatch(line -> line.endsWith("  there") || isEnd(line));
  }

  private String rule(String subject) throws IOException {
    URI url = URI.create(infra.registryUrl() + "/config/" + subject);
    return BoundedHttp.send(HttpRequest.newBuilder(url)).body();
  }

  private boolean isEnd(String line) {
    return line.equals(
        "%d schemas are registered, each with compatibility FULL_TRANSITIVE."
            .formatted(topics.subjects().size()));
  }

  /** Or each run would tell of differences that nobody has made. */
  @Test
  void whatServicesHaveMadeDoesNotDiffer() {
    TopicSetup.ensure(kafka);

    Ran ran = run(Map.of());

    assertThat(ran.out()).doesNotContain("differs", "created");
  }

  @Test
  void saysWhatDiffersAndLeavesItSo() {
    try (KafkaAdmin admin = new KafkaAdmin(kafka)) {
      admin.create(
          topics.predictions(), 2, Map.of("cleanup.policy", "delete", "retention.ms", "1000"));

      Ran ran = run(Map.of());

      assertThat(ran.code()).as(ran.err()).isZero();
      assertThat(ran.out())
          .containsPattern(
              topics.predictions()
                  + " +there, but differs: partitions: 2, not 3;"
                  + " retention.ms: 1000, not 2592000000; segment.ms: 604800000, not 86400000\n");
      assertThat(admin.retention(topics.predictions())).isEqualTo(Duration.ofSeconds(1));
      assertThat(admin.end(topics.predictions())).hasSize(2);
    }
  }

  @Test
  void whatServicesWouldNotStartWithIsAnError() {
    try (KafkaAdmin admin = new KafkaAdmin(kafka)) {
      admin.create(topics.decisions(), 2, Map.of());
    }

    Ran ran = run(Map.of());

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err())
        .contains("interaction-events has 3 partitions and ")
        .contains("decisions has 2; they must be equal");
  }

  @Test
  void eachTopicThatKafkaRefusesIsNamedWithTheReason() {
    Ran ran = run(Map.of("ATTUNE_TOPIC_REPLICATION", "3"));

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out().lines())
        .hasSize(names.size())
        .allMatch(line -> line.contains("  refused: ") && line.contains("replica"));
    assertThat(ran.err())
        .isEqualTo(
            "attune: Kafka refuses %1$d of %1$d topics; the schemas are not registered yet.\n"
                .formatted(names.size()));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1:1, Kafka at 127.0.0.1:1 does not answer within 1 s.",
    "kafka.invalid:9092, Kafka at kafka.invalid:9092: No resolvable bootstrap urls given in"
        + " bootstrap.servers.",
  })
  void aWrongAddressOfKafkaIsNamed(String servers, String said) {
    Ran ran =
        run(Map.of("ATTUNE_KAFKA_BOOTSTRAP_SERVERS", servers), Duration.ofSeconds(1), PATIENCE);

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.err()).isEqualTo("attune: " + said + "\n");
  }

  @Test
  void aRegistryThatIsAwayIsNamedAndTheNextRunGoesOn() {
    Ran ran =
        run(
            Map.of(
                "ATTUNE_SCHEMA_REGISTRY_URL", "http://127.0.0.1:1",
                "ATTUNE_SCHEMA_REGISTRY_TIMEOUT", "500ms"),
            PATIENCE,
            Duration.ofMillis(500));

    assertThat(ran.code()).isEqualTo(1);
    assertThat(ran.out()).contains("created");
    assertThat(ran.err()).isEqualTo("attune: schema registry http://127.0.0.1:1 is away\n");
    assertThat(run(Map.of()).code()).isZero();
  }

  private Ran run(Map<String, String> other) {
    return run(other, PATIENCE, PATIENCE);
  }

  private Ran run(Map<String, String> other, Duration kafkaPatience, Duration registryPatience) {
    Map<String, String> environment = new HashMap<>();
    environment.put("ATTUNE_KAFKA_BOOTSTRAP_SERVERS", infra.bootstrapServers());
    environment.put("ATTUNE_SCHEMA_REGISTRY_URL", infra.registryUrl().toString());
    environment.put("ATTUNE_TOPIC_PREFIX", topics.prefix());
    environment.put("ATTUNE_TOPIC_PARTITIONS", Integer.toString(PARTITIONS));
    environment.putAll(other);
    return Ran.run(
        () ->
            AttuneTest.withVerb(
                "topics", new TopicsCommand(environment, kafkaPatience, registryPatience)),
        "topics");
  }
}

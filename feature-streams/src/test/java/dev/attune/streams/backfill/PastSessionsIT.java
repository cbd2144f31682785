package dev.attune.streams.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.TopicSettings;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.kafka.registry.AvroSerializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.topic.KeyPartition;
import dev.attune.kafka.topic.TopicSetup;
import dev.attune.local.infra.Infra;
import dev.attune.schemas.avro.Session;
import dev.attune.streams.topology.SaidSessions;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PastSessionsIT {
  private static final int PARTITIONS = 2;
  private static final int USERS = 30;

  private final Infra infra = Infra.shared();
  private final KafkaSettings kafka =
      KafkaSettings.of(infra.bootstrapServers(), infra.registryUrl())
          .with(
              new TopicSettings(
                  "p" + UUID.randomUUID().toString().substring(0, 8) + ".",
                  true,
                  PARTITIONS,
                  (short) 1));
  private final SchemaRegistryClient schemas =
      new SchemaRegistryClient(infra.registryUrl(), Duration.ofSeconds(10));
  private final String topic = kafka.topics().names().sessions();

  /**
   * @param partitions of the topic of sessions, which an operator may have made
   */
  @ParameterizedTest
  @ValueSource(ints = {PARTITIONS, 3})
  void aTaskReadsWhatWasSaidOfItsOwnUsersLately(int partitions) {
    long now = System.currentTimeMillis();
    try (KafkaAdmin admin = new KafkaAdmin(kafka)) {
      admin.create(topic, partitions, Map.of());
    }
    TopicSetup.ensure(kafka);
    try (var producer = producer()) {
      for (int user = 0; user < USERS; user++) {
        send(producer, "old" + user, 1, now - Duration.ofHours(49).toMillis());
      }
      for (int user = 0; user < USERS; user++) {
        send(producer, "u" + user, 1, now - Duration.ofHours(1).toMillis());
        send(producer, "u" + user, 2, now);
      }
      producer.flush();
    }
    var sessions = new PastSessions(kafka, "test", schemas);

    for (int partition = 0; partition < PARTITIONS; partition++) {
      sessions.begin(partition);
      SaidSessions said = sessions.of(partition);
      for (int user = 0; user < USERS; user++) {
        String userId = "u" + user;
        boolean own = KeyPartition.of(userId, PARTITIONS) == partition;
        assertThat(said.of(userId))
            .extracting(Session::getRevision)
            .containsExactly(own ? new Integer[] {1, 2} : new Integer[0]);
      }
      assertThat(said.users()).isNotEmpty().allMatch(user -> user.startsWith("u"));
      assertThat(sessions.of(partition)).as("read once, whatever fails meanwhile").isSameAs(said);
      sessions.forget(partition);
      assertThat(sessions.of(partition)).isNotSameAs(said);
    }
  }

  private KafkaProducer<String, byte[]> producer() {
    return new KafkaProducer<>(
        kafka.producer("test", Map.of()), new StringSerializer(), new ByteArraySerializer());
  }

  private void send(KafkaProducer<String, byte[]> producer, String user, int revision, long at) {
    Session session = ClosedSession.of(user, revision, at).build();
    byte[] value =
        Objects.requireNonNull(new AvroSerializer<Session>(schemas).serialize(topic, session));
    var unused = producer.send(new ProducerRecord<>(topic, null, at, user, value));
  }
}

package dev.attune.kafka.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.TopicSettings;
import dev.attune.kafka.registry.SchemaRegistryClient;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

/** Without Kafka: topics are not to be created here. */
class KafkaStartTest {
  private final KafkaSettings kafka =
      KafkaSettings.of("127.0.0.1:1").with(new TopicSettings("t.", false, 1, (short) 1));
  private final List<String> tried = new ArrayList<>();

  @Test
  void triesOnlyWhatIsNotDoneYet() {
    KafkaStart start =
        KafkaStart.topics(kafka)
            .then(() -> tried.add("one"))
            .then(() -> tried.add("two") && tried.size() > 2)
            .then(() -> tried.add("three"));

    assertThat(start.attempt()).isFalse();
    assertThat(start.attempt()).isTrue();
    assertThat(start.attempt()).isTrue();
    assertThat(tried).containsExactly("one", "two", "two", "three");
  }

  @Test
  void waitsLongerEachTimeWhileKafkaRefusesUntilToldToStop() {
    KafkaStart start =
        KafkaStart.topics(kafka)
            .then(
                () -> {
                  throw new TopicAuthorizationException("t.interaction-events");
                });
    List<Duration> pauses = new ArrayList<>();

    boolean done =
        start.await(
            pause -> {
              pauses.add(pause);
              return pauses.size() == 6;
            });

    assertThat(done).isFalse();
    assertThat(pauses)
        .extracting(Duration::toMillis)
        .containsExactly(200L, 400L, 800L, 1_600L, 2_000L, 2_000L);
  }

  @Test
  void waitsForARegistryThatIsAway() {
    var away = new SchemaRegistryClient(URI.create("http://127.0.0.1:1"), Duration.ofMillis(100));

    assertThat(KafkaStart.topics(kafka).schemas(kafka, away).attempt()).isFalse();
  }

  @Test
  void throwsWhatNoWaitingMends() {
    KafkaStart start =
        KafkaStart.topics(kafka)
            .then(
                () -> {
                  throw new IllegalStateException("unequal partitions");
                });

    assertThatIllegalStateException().isThrownBy(start::await);
  }
}

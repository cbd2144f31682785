package dev.attune.streams.runtime;

import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.kafka.background.BackgroundThread;
import dev.attune.schemas.Topics;
import dev.attune.streams.topology.ReadProgress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Asks Kafka again and again where the partitions end, and then how far the application has
 * committed. When it has committed as much, everything that was there before the question is in its
 * state, whoever has the task now. While Kafka is away nothing is answered, and nothing is claimed;
 * after any failure it asks again.
 *
 * <p>{@link EpochCheck} gets the ends and the topic's id as well.
 */
public final class CommittedReads extends BackgroundThread implements ReadProgress, SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(CommittedReads.class);

  /** A quiet partition's windows close so much later, plus a commit's interval. */
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final KafkaSettings kafka;
  private final String group;
  private final InstantSource clock;
  private final EpochCheck epochs;
  private final Map<TopicPartition, Long> times = new ConcurrentHashMap<>();
  private volatile boolean failing;
  private volatile boolean asked;

  public CommittedReads(KafkaSettings kafka, String group, InstantSource clock, EpochCheck epochs) {
    super("committed-reads");
    this.kafka = kafka;
    this.group = group;
    this.clock = clock;
    this.epochs = epochs;
  }

  @Override
  public long at(TopicPartition partition) {
    return times.getOrDefault(partition, 0L);
  }

  /** 1 or 0; NaN before the first answer. */
  double kafkaAnswers() {
    return asked ? (failing ? 0 : 1) : Double.NaN;
  }

  @Override
  protected void run() {
    while (!pause(PERIOD)) {
      try (KafkaAdmin admin = new KafkaAdmin(kafka)) {
        do {
          look(admin);
          failing = false;
          asked = true;
        } while (!pause(PERIOD));
      } catch (RuntimeException e) {
        if (!failing) {
          log.warn("Kafka doesn't tell what is still to be read: {}", e.toString());
        }
        failing = true;
        asked = true;
      }
    }
  }

  private void look(KafkaAdmin admin) {
    Topics topics = kafka.topics().names();
    long before = clock.millis();
    Map<Integer, Long> rows = epochs.unjudged();
    Map<TopicPartition, Long> ends = new HashMap<>(admin.end(topics.interactionEvents()));
    epochs.judge(rows, ends);
    epochs.see(
        admin.id(topics.interactionEvents()),
        ends.keySet().stream().map(TopicPartition::partition).toList());
    ends.putAll(admin.end(topics.decisions()));
    Map<TopicPartition, Long> committed = admin.committed(group);
    ends.forEach(
        (partition, end) -> {
          Long read = committed.get(partition);
          // of a partition that never gave a record nothing is committed
          if (end == 0 || end <= (read == null ? admin.first(partition) : read)) {
            times.put(partition, before);
          }
        });
  }
}

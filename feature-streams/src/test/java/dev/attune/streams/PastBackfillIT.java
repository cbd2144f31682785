package dev.attune.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.attune.kafka.admin.KafkaAdmin;
import dev.attune.kafka.past.PastOrigin;
import dev.attune.kafka.past.PastTopic;
import dev.attune.kafka.past.PastWriter;
import dev.attune.schemas.avro.InteractionEvent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Primary;

/**
 * Events that Kafka has lost are counted from the topic of the past, then those that it still has:
 * every store is what it is after a recount of a topic that has kept everything.
 */
@Timeout(400)
class PastBackfillIT {
  private static final int PARTITIONS = 2;
  private static final int EVENTS = 1_500;
  private static final int USERS = 30;
  private static final long HISTORY = Duration.ofDays(3).toMillis();

  /** Who is listed as recent is told now and then, by the clock. */
  private static final String RECENT = "recent";

  private final long now = System.currentTimeMillis();
  private final Path dir;
  private final Random random = new Random(20260102);
  private final ScoringServer scoring = new ScoringServer();
  private final Pipeline pipeline = new Pipeline(PARTITIONS);
  private final KafkaAdmin admin = new KafkaAdmin(pipeline.kafka());
  private final String nextId = pipeline.topics.prefix() + "next";
  private final String past = PastTopic.name(nextId);

  PastBackfillIT(@TempDir Path dir) {
    this.dir = dir;
  }

  @AfterEach
  void close() {
    admin.close();
    pipeline.close();
    scoring.close();
  }

  @Test
  void everyStoreIsAsIfTheTopicHadKeptItsBeginning() throws Exception {
    history();
    read(properties(pipeline.applicationId), pipeline.applicationId);
    String wholeId = pipeline.topics.prefix() + "whole";
    read(silent(wholeId), wholeId);
    List<ConsumerRecord<String, InteractionEvent>> lost = loseTheBeginning();
    String retainedId = pipeline.topics.prefix() + "retained";
    read(silent(retainedId), retainedId);

    PastTopic.create(admin, past, PARTITIONS);
    int half = lost.size() / 2;
    write(lost.subList(0, half), new HashMap<>());
    readPast();
    write(lost.subList(half, lost.size()), numbers());
    readPast();
    read(silent(nextId), nextId);

    Map<String, Map<String, String>> whole = stores(wholeId);
    Map<String, Map<String, String>> counted = stores(nextId);
    assertThat(counted.keySet()).isEqualTo(whole.keySet()).contains("users", "exposures");
    whole.forEach(
        (store, rows) -> assertThat(counted.get(store)).as(store).isNotEmpty().isEqualTo(rows));
    assertThat(stores(retainedId).get("users"))
        .as("without the past")
        .isNotEqualTo(whole.get("users"));
  }

  /** Of three days: sessions, replies in an experiment, issues, duplicates, and two erasures. */
  private void history() {
    long begin = now - HISTORY - 60_000;
    InteractionEvent before = Events.clicked("gone", "gone-1", begin);
    pipeline.sendAsReceived(before);
    pipeline.sendAsReceived(Events.clicked("back", "back-1", begin));
    for (int i = 0; i < EVENTS; i++) {
      long at = begin + 1_000 + i * HISTORY / EVENTS;
      if (i == EVENTS / 4) {
        pipeline.sendAsReceived(Events.erased("gone", "gone-2", at));
        pipeline.sendAsReceived(Events.erased("back", "back-2", at));
      }
      if (i == EVENTS / 2) {
        pipeline.sendAsReceived(Events.clicked("back", "back-3", at));
        pipeline.sendRaw("u1", new byte[] {9, 9, 9});
      }
      if (i % 40 == 39) {
        before.setReceivedAt(at);
        pipeline.sendAsReceived(before); // sent twice
      }
      before = event("u" + random.nextInt(USERS), "e-" + i, at);
      pipeline.sendAsReceived(before);
      if (i % 5 == 0) {
        String variant = before.getUserId().hashCode() % 2 == 0 ? "control" : "treatment";
        pipeline.sendAsDecided(Events.decided(before.getUserId(), variant, at + 100));
      }
    }
    pipeline.flush();
  }

  private InteractionEvent event(String user, String id, long at) {
    return switch (random.nextInt(6)) {
      case 0 -> Events.pageViewed(user, id, "/p" + random.nextInt(5), at);
      case 1 -> Events.messageSent(user, id, at);
      case 2 -> Events.agentReplied(user, id, at, random.nextDouble() * 100);
      case 3 -> Events.issueOpened(user, id, at);
      case 4 -> Events.issueResolved(user, id, at);
      default -> Events.clicked(user, id, at);
    };
  }

  /**
   * Deletes the first half of one partition and more of the other.
   *
   * @return what an export has of it: each event once, nobody's erasure, and still the events of
   *     one who was erased since
   */
  private List<ConsumerRecord<String, InteractionEvent>> loseTheBeginning() throws Exception {
    String topic = pipeline.topics.interactionEvents();
    Map<TopicPartition, Long> borders = new TreeMap<>(Comparator.comparing(Object::toString));
    admin.end(topic).forEach((p, end) -> borders.put(p, end * (p.partition() + 4) / 8));
    Set<String> ids = new HashSet<>();
    List<ConsumerRecord<String, InteractionEvent>> lost =
        pipeline.events().stream()
            .filter(
                r ->
                    r.offset() < borders.getOrDefault(new TopicPartition(topic, r.partition()), 0L))
            .filter(r -> !r.value().getType().equals("user_erased") && !r.key().equals("gone"))
            .filter(r -> ids.add(r.value().getEventId()))
            .toList();
    Map<TopicPartition, RecordsToDelete> deleted = new HashMap<>();
    borders.forEach((p, border) -> deleted.put(p, RecordsToDelete.beforeOffset(border)));
    pipeline.admin().deleteRecords(deleted).all().get();
    assertThat(admin.first(topic)).isEqualTo(borders);
    assertThat(lost).hasSizeGreaterThan(EVENTS / 3);
    return lost;
  }

  private void write(
      List<ConsumerRecord<String, InteractionEvent>> events, Map<Integer, Long> numbers) {
    try (var writer = new PastWriter(pipeline.kafka(), pipeline.registry(), past)) {
      for (var event : events) {
        long number = numbers.merge(event.partition(), 1L, Long::sum) - 1;
        writer.write(
            event.partition(),
            event.value(),
            new PastOrigin(event.offset(), event.timestamp(), number));
      }
      writer.finish();
    }
    assertThat(PastTopic.content(pipeline.kafka(), past).isWhole()).isTrue();
  }

  private Map<Integer, Long> numbers() {
    Map<Integer, Long> numbers = new HashMap<>();
    admin.end(past).forEach((partition, end) -> numbers.put(partition.partition(), end));
    return numbers;
  }

  private void readPast() {
    Map<String, Object> properties = silent(nextId);
    properties.put("attune.backfill.past", past);
    try (StreamsApp app = StreamsApp.start(properties, StandingClock.class)) {
      soon().until(() -> isRead(nextId, past));
      assertThat(app.runner().isBroken()).isFalse();
    }
    admin.removeMembers(nextId);
    PastTopic.keepLaterDecisions(pipeline.kafka(), admin, past, nextId);
  }

  /** Runs it until it has read everything that Kafka has. */
  private void read(Map<String, Object> properties, String group) {
    try (StreamsApp app = StreamsApp.start(properties, StandingClock.class)) {
      soon()
          .until(
              () ->
                  isRead(group, pipeline.topics.interactionEvents())
                      && isRead(group, pipeline.topics.decisions()));
      assertThat(app.runner().isBroken()).isFalse();
    }
    admin.removeMembers(group);
  }

  private boolean isRead(String group, String topic) {
    Map<TopicPartition, Long> committed = admin.committed(group);
    return admin.end(topic).entrySet().stream()
        .allMatch(end -> committed.getOrDefault(end.getKey(), 0L) >= end.getValue());
  }

  /** Every store's rows, by its name; of users that is what their features are made of. */
  private Map<String, Map<String, String>> stores(String applicationId) {
    Map<String, Map<String, String>> stores = new TreeMap<>();
    for (String topic : admin.topics()) {
      if (topic.startsWith(applicationId + "-") && topic.endsWith("-changelog")) {
        String store =
            topic.substring(applicationId.length() + 1, topic.length() - "-changelog".length());
        if (!store.equals(RECENT)) {
          stores.put(store, pipeline.latest(topic));
        }
      }
    }
    return stores;
  }

  private Map<String, Object> silent(String applicationId) {
    Map<String, Object> properties = properties(applicationId);
    properties.put("attune.backfill.of", pipeline.applicationId);
    properties.put("attune.skew.one-in", 0);
    return properties;
  }

  private Map<String, Object> properties(String applicationId) {
    Map<String, Object> properties = pipeline.properties(scoring, dir.resolve("state"));
    properties.put("attune.streams.application-id", applicationId);
    properties.put("attune.pipeline.playbook", "src/test/resources/experiment-playbook");
    properties.put("test.now", now);
    return properties;
  }

  private static ConditionFactory soon() {
    return await().atMost(Duration.ofSeconds(120)).pollInterval(Duration.ofMillis(50));
  }

  /** Sums say when they were made. Not annotated: the component scan would find it elsewhere. */
  static class StandingClock {
    @Bean
    @Primary
    InstantSource standingClock(@Value("${test.now}") long now) {
      return () -> Instant.ofEpochMilli(now);
    }
  }
}

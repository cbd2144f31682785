package dev.attune.streams.bench.features;

import dev.attune.core.user.UserEngine;
import dev.attune.core.user.UserState;
import dev.attune.schemas.Position;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Rows of users with a past, copied under as many ids as there are to be users, in a changelog
 * topic that a store is restored from. So a million users are as old as a thousand without the
 * events of a million.
 *
 * @param end epoch milliseconds of the newest event
 */
record AgedRows(byte[][] rows, long end) {
  private static final int GROWN_UP = 1_000;
  private static final int EVENTS_A_USER = 300;
  private static final long DAY = 86_400_000L;

  static AgedRows of(UserEngine engine, int atATime, int eventsAVisit, long start) {
    ChatEvents chat = new ChatEvents(GROWN_UP, atATime, eventsAVisit, start, 1);
    UserState[] states = new UserState[GROWN_UP];
    for (int i = 0; i < GROWN_UP * EVENTS_A_USER; i++) {
      var event = chat.next();
      int user = Integer.parseInt(event.getUserId().substring("user-".length())) % GROWN_UP;
      states[user] = engine.apply(states[user], event, new Position(0, 0, i)).state();
    }
    byte[][] rows =
        Arrays.stream(states)
            // nobody's session is open, since there is no index of those yet
            .map(state -> engine.expire(state, chat.now() + DAY).state().toBytes())
            .toArray(byte[][]::new);
    return new AgedRows(rows, chat.now());
  }

  int meanBytes() {
    return (int) Arrays.stream(rows).mapToInt(row -> row.length).average().orElse(0);
  }

  /** One after the other, copies of a row compress to nearly nothing. */
  void fill(String bootstrapServers, String changelog, int users) throws Exception {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "compression.type",
            "lz4",
            "linger.ms",
            5,
            "batch.size",
            256 << 10);
    try (Admin admin = Admin.create(config);
        var producer =
            new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      var topic = new NewTopic(changelog, 1, (short) 1);
      topic.configs(Map.of("cleanup.policy", "compact"));
      admin.createTopics(java.util.List.of(topic)).all().get();
      for (int row = 0; row < rows.length; row++) {
        for (int user = row; user < users; user += rows.length) {
          byte[] id = utf8(user);
          var unused =
              producer.send(new ProducerRecord<>(changelog, id, copied(rows[row], utf8(row), id)));
        }
      }
    }
  }

  private static byte[] utf8(int user) {
    return ChatEvents.userId(user).getBytes(StandardCharsets.UTF_8);
  }

  /** A row begins with its user's id, after a few bytes. */
  private static byte[] copied(byte[] row, byte[] from, byte[] to) {
    byte[] copy = row.clone();
    for (int at = 0; at + from.length <= row.length; at++) {
      if (Arrays.equals(row, at, at + from.length, from, 0, from.length)) {
        System.arraycopy(to, 0, copy, at, to.length);
        return copy;
      }
    }
    throw new IllegalStateException("the row doesn't tell its user");
  }
}

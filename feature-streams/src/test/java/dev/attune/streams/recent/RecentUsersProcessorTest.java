package dev.attune.streams.recent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.core.playbook.Playbook;
import dev.attune.core.user.UserHasher;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.RecentUser;
import dev.attune.streams.Events;
import dev.attune.streams.topology.EventMeters;
import dev.attune.streams.topology.Predecessor;
import dev.attune.streams.topology.Rereads;
import dev.attune.streams.topology.TopologyContext;
import dev.attune.streams.topology.TopologyNames;
import dev.attune.streams.topology.UserStore;
import dev.attune.tracing.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

class RecentUsersProcessorTest {
  private static final long START = Instant.parse("2026-01-02T03:04:05Z").toEpochMilli();

  private final MockProcessorContext<String, SpecificRecord> context = new MockProcessorContext<>();
  private final RecentUsersProcessor processor =
      new RecentUsersProcessor(
          new TopologyContext(
              Playbook.load(Path.of("src/test/resources/playbook")).engine(),
              0,
              InstantSource.fixed(Instant.ofEpochMilli(START)),
              new EventMeters(new SimpleMeterRegistry()),
              _ -> START,
              Rereads.UNHEARD,
              Predecessor.NONE,
              new UserHasher("0123456789abcdef"),
              Tracing.OFF),
          10,
          60_000);

  RecentUsersProcessorTest() {
    KeyValueStore<String, byte[]> recent =
        Stores.keyValueStoreBuilder(
                Stores.inMemoryKeyValueStore(RecentUsersBranch.STORE),
                Serdes.String(),
                Serdes.ByteArray())
            .withLoggingDisabled()
            .build();
    recent.init(context.getStateStoreContext(), recent);
    context.addStateStore(recent);
    context.addStateStore(noUsers());
  }

  /** A store that knows nobody. */
  private static UserStore noUsers() {
    return (UserStore)
        Proxy.newProxyInstance(
            UserStore.class.getClassLoader(),
            new Class<?>[] {UserStore.class},
            (_, method, _) -> method.getName().equals("name") ? TopologyNames.USERS_STORE : null);
  }

  /** Kafka Streams revives a task whose transaction was lost with the same processor. */
  @Test
  void aRevivedTaskCountsWhatItReadsAgainOnce() {
    InteractionEvent event = Events.messageSent("u", "e0", START);
    processor.init(context);
    processor.process(new Record<>("u", event, START));

    processor.init(context);
    processor.process(new Record<>("u", event, START));
    context.scheduledPunctuators().getLast().getPunctuator().punctuate(START);

    RecentUser told = (RecentUser) context.forwarded().getFirst().record().value();
    assertThat(told.getConversations().getFirst().getMessages()).isEqualTo(1);
  }
}

package dev.attune.streams.bench.features;

import dev.attune.bench.BenchmarkException;
import dev.attune.core.files.Folders;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.user.UserHasher;
import dev.attune.kafka.KafkaSettings;
import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.streams.dispatch.CallOutcome;
import dev.attune.streams.dispatch.CommitBarrier;
import dev.attune.streams.dispatch.DispatchSettings;
import dev.attune.streams.dispatch.Dispatcher;
import dev.attune.streams.dispatch.Replicas;
import dev.attune.streams.runtime.KafkaConfig;
import dev.attune.streams.runtime.RocksDbMemory;
import dev.attune.streams.runtime.StreamsSettings;
import dev.attune.streams.topology.AttuneTopology;
import dev.attune.streams.topology.EventMeters;
import dev.attune.streams.topology.Predecessor;
import dev.attune.streams.topology.Rereads;
import dev.attune.streams.topology.StateStores;
import dev.attune.streams.topology.TopicSerdes;
import dev.attune.streams.topology.TopologyBranch;
import dev.attune.streams.topology.TopologyContext;
import dev.attune.tracing.Tracing;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/**
 * One topology over one topic: exactly-once, one thread, the settings of the service.
 *
 * @param past what the store of rows is restored from; null when it begins empty
 * @param stretches what is measured
 */
record TopologyRun(EventTopic topic, @Nullable Past past, List<Stretch> stretches) {
  /** For users kept decoded, as the service has it, or for the record cache beside it. */
  private static final DataSize USER_MEMORY = DataSize.ofMegabytes(32);

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(10);

  /** Processors in use; RocksDB sorts what was restored, and below this it is done. */
  private static final double IDLE = 0.1;

  /**
   * Events measured: between the first commits at or after two offsets. Some events should follow,
   * so that the end isn't waited for.
   */
  record Stretch(long from, long to) {}

  record Past(AgedRows rows, int users) {}

  /** The service's topology, with scoring calls that are answered at once. */
  List<Cost> attune(Playbook playbook) throws Exception {
    return attune(playbook, List.of());
  }

  /** The same with what else hears of each event. */
  List<Cost> attune(Playbook playbook, List<TopologyBranch> branches) throws Exception {
    CommitBarrier barrier =
        new CommitBarrier(Duration.ofSeconds(20), Duration.ofSeconds(5), _ -> {});
    try (Dispatcher<String, ScoreRequest> dispatcher =
        new Dispatcher<>(
            settings(),
            Replicas.of((request, answer) -> answer.accept(CallOutcome.SETTLED)),
            barrier)) {
      AttuneTopology topology =
          new AttuneTopology(
              TopicSerdes.of(topic.topics(), topic.registry()),
              new StateStores(Stores::persistentKeyValueStore, USER_MEMORY),
              new TopologyContext(
                  playbook.engine(),
                  0,
                  Clock.systemUTC(),
                  new EventMeters(new SimpleMeterRegistry()),
                  _ -> 0,
                  Rereads.UNHEARD,
                  Predecessor.NONE,
                  new UserHasher("0123456789abcdef"),
                  Tracing.OFF),
              dispatcher,
              branches);
      return costs(topology.get(), barrier, DataSize.ofBytes(0));
    }
  }

  /** One get and one put an event. */
  List<Cost> least(int rowBytes) throws Exception {
    return least(rowBytes, DataSize.ofBytes(0));
  }

  /** The same with Kafka Streams' record cache. */
  List<Cost> leastCached(int rowBytes) throws Exception {
    return least(rowBytes, USER_MEMORY);
  }

  private List<Cost> least(int rowBytes, DataSize cache) throws Exception {
    CommitBarrier nothing = new CommitBarrier(Duration.ZERO, Duration.ZERO, _ -> {});
    String events = topic.topics().interactionEvents();
    return costs(new OneGetOnePut(events, rowBytes, cache.toBytes() > 0).get(), nothing, cache);
  }

  private List<Cost> costs(Topology topology, CommitBarrier barrier, DataSize cache)
      throws Exception {
    String application = "bench-" + UUID.randomUUID();
    String changelog = application + "-" + AttuneTopology.USERS + "-changelog";
    if (past != null) {
      past.rows().fill(topic.infra().bootstrapServers(), changelog, past.users());
    }
    Path state = Files.createTempDirectory("attune-bench-state");
    try (RocksDbMemory memory = new RocksDbMemory(DataSize.ofMegabytes(96));
        KafkaStreams streams =
            new KafkaStreams(
                topology,
                config(application, state, memory, cache),
                barrier.clients(new DefaultKafkaClientSupplier()));
        Admin admin = admin()) {
      streams.start();
      if (past != null) {
        awaitRestored(streams);
      }
      List<Cost> costs = new ArrayList<>();
      for (Stretch stretch : stretches) {
        Cost.Reading begin = reach(admin, application, stretch.from());
        costs.add(begin.until(reach(admin, application, stretch.to())));
      }
      return costs;
    } finally {
      Folders.delete(state);
      deleteTopics(application);
    }
  }

  /** The changelogs: of several runs they would fill a disk. */
  private void deleteTopics(String application) throws Exception {
    try (Admin admin = admin()) {
      var changelogs = new ArrayList<>(admin.listTopics().names().get());
      changelogs.removeIf(name -> !name.startsWith(application));
      admin.deleteTopics(changelogs).all().get();
    }
  }

  private static void awaitRestored(KafkaStreams streams) throws Exception {
    await("the store was not restored", () -> streams.state() == KafkaStreams.State.RUNNING);
    streams.pause();
    await(
        "RocksDB did not come to rest",
        () -> Cost.Reading.processorsInUse(Duration.ofSeconds(1)) < IDLE);
    streams.resume();
  }

  private Cost.Reading reach(Admin admin, String application, long offset) throws Exception {
    await("the topology did not get through", () -> committed(admin, application) >= offset);
    return Cost.Reading.now(committed(admin, application));
  }

  private static void await(String failure, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new BenchmarkException(failure + " within " + PATIENCE);
      }
      Thread.sleep(POLL);
    }
  }

  private static long committed(Admin admin, String application) throws Exception {
    return admin
        .listConsumerGroupOffsets(application)
        .partitionsToOffsetAndMetadata()
        .get(10, TimeUnit.SECONDS)
        .values()
        .stream()
        .mapToLong(OffsetAndMetadata::offset)
        .sum();
  }

  private Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", topic.infra().bootstrapServers()));
  }

  private Properties config(String application, Path state, RocksDbMemory memory, DataSize cache) {
    Properties config =
        KafkaConfig.streams(
            KafkaSettings.of(topic.infra().bootstrapServers()),
            streamsSettings(application, state),
            memory);
    config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, cache.toBytes());
    return config;
  }

  private StreamsSettings streamsSettings(String application, Path state) {
    return new StreamsSettings(
        application,
        "bench",
        state,
        1,
        0,
        "exactly_once_v2",
        "classic",
        // the service's
        Duration.ofMillis(500),
        Duration.ofSeconds(45),
        Duration.ofSeconds(60),
        (short) -1,
        null,
        "127.0.0.1:7074",
        DataSize.ofMegabytes(96),
        USER_MEMORY);
  }

  private static DispatchSettings settings() {
    return new DispatchSettings(
        512,
        Duration.ofSeconds(5),
        Duration.ofSeconds(20),
        Duration.ofMillis(50),
        Duration.ofSeconds(1),
        Duration.ZERO,
        20,
        Duration.ofMillis(250));
  }
}

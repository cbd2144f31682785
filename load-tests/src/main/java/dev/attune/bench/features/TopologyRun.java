package dev.attune.bench.features;

import dev.attune.bench.BenchmarkException;
import dev.attune.core.playbook.Playbook;
import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.streams.dispatch.CommitBarrier;
import dev.attune.streams.dispatch.DispatchSettings;
import dev.attune.streams.dispatch.Dispatcher;
import dev.attune.streams.dispatch.Verdict;
import dev.attune.streams.runtime.KafkaConfig;
import dev.attune.streams.runtime.RocksMemory;
import dev.attune.streams.runtime.StreamsSettings;
import dev.attune.streams.topology.AttuneTopology;
import dev.attune.streams.topology.EventMeters;
import dev.attune.streams.topology.RecordSerdes;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;
import org.apache.kafka.streams.state.Stores;
import org.springframework.util.unit.DataSize;

/** One topology over one topic: exactly-once, one thread, the settings of the service. */
record TopologyRun(EventTopic topic, int skipped) {

  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final Duration POLL = Duration.ofMillis(10);

  /** The service's topology, with scoring calls that are answered at once. */
  double attune(Playbook playbook) throws Exception {
    CommitBarrier barrier =
        new CommitBarrier(Duration.ofSeconds(20), Duration.ofSeconds(5), _ -> {});
    try (Dispatcher<String, ScoreRequest> dispatcher =
        new Dispatcher<>(
            settings(), (request, attempt, answer) -> answer.accept(Verdict.SETTLED), barrier)) {
      AttuneTopology topology =
          new AttuneTopology(
              topic.topics(),
              RecordSerdes.of(topic.registry()),
              playbook.engine(),
              dispatcher,
              new EventMeters(new SimpleMeterRegistry()),
              Clock.systemUTC(),
              0,
              Stores::persistentKeyValueStore);
      return rate(topology.get(), barrier);
    }
  }

  double oneGetOnePut(int rowBytes) throws Exception {
    CommitBarrier nothing = new CommitBarrier(Duration.ZERO, Duration.ZERO, _ -> {});
    return rate(new OneGetOnePut(topic.topics().interactionEvents(), rowBytes).get(), nothing);
  }

  /** Committed events a second, after the skipped ones. */
  private double rate(Topology topology, CommitBarrier barrier) throws Exception {
    String application = "bench-" + UUID.randomUUID();
    Path state = Files.createTempDirectory("attune-bench-state");
    try (RocksMemory memory = new RocksMemory(DataSize.ofMegabytes(96));
        KafkaStreams streams =
            new KafkaStreams(
                topology,
                KafkaConfig.streams(streamsSettings(application, state), memory),
                barrier.clients(
                    new DefaultKafkaClientSupplier(), Set.of(topic.topics().userProfiles())));
        Admin admin = admin()) {
      streams.start();
      long begin = reach(admin, application, Math.max(1, skipped));
      long first = committed(admin, application);
      long end = reach(admin, application, topic.events());
      return (topic.events() - first) / ((end - begin) / 1e9);
    } finally {
      delete(state);
    }
  }

  private long reach(Admin admin, String application, long offset) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (committed(admin, application) < offset) {
      if (System.nanoTime() > deadline) {
        throw new BenchmarkException("the topology did not get through within " + PATIENCE);
      }
      Thread.sleep(POLL);
    }
    return System.nanoTime();
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

  private StreamsSettings streamsSettings(String application, Path state) {
    return new StreamsSettings(
        topic.infra().bootstrapServers(),
        application,
        "bench",
        state,
        1,
        0,
        "exactly_once_v2",
        "classic",
        // a run's end is told by a commit, so commits are close; a run takes half a second
        Duration.ofMillis(100),
        Duration.ofSeconds(45),
        Duration.ofSeconds(60),
        (short) -1,
        null,
        "127.0.0.1:7074",
        DataSize.ofMegabytes(96),
        Map.of());
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

  private static void delete(Path folder) throws Exception {
    try (var files = Files.walk(folder)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}

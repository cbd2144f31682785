package dev.attune.streams;

import dev.attune.core.playbook.Playbook;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.audit.AuditLog;
import dev.attune.kafka.registry.RegistryWatch;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.kafka.start.KafkaStart;
import dev.attune.schemas.Topics;
import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.streams.backfill.BackfillSettings;
import dev.attune.streams.backfill.KafkaPredecessor;
import dev.attune.streams.dispatch.CommitBarrier;
import dev.attune.streams.dispatch.Dispatcher;
import dev.attune.streams.experiments.ExperimentBranch;
import dev.attune.streams.kpi.KpiBranch;
import dev.attune.streams.recent.RecentUsersBranch;
import dev.attune.streams.recent.RecentUsersSettings;
import dev.attune.streams.runtime.ApplicationIdCheck;
import dev.attune.streams.runtime.CommittedReads;
import dev.attune.streams.runtime.EpochCheck;
import dev.attune.streams.runtime.ErasureSettings;
import dev.attune.streams.runtime.KafkaConfig;
import dev.attune.streams.runtime.PipelineSettings;
import dev.attune.streams.runtime.RocksDbMemory;
import dev.attune.streams.runtime.StreamsHealth;
import dev.attune.streams.runtime.StreamsMeters;
import dev.attune.streams.runtime.StreamsRunner;
import dev.attune.streams.runtime.StreamsSettings;
import dev.attune.streams.scoring.GrpcReplicas;
import dev.attune.streams.scoring.ScoringMeters;
import dev.attune.streams.scoring.ScoringSettings;
import dev.attune.streams.topology.AttuneTopology;
import dev.attune.streams.topology.EventMeters;
import dev.attune.streams.topology.EventTrace;
import dev.attune.streams.topology.Predecessor;
import dev.attune.streams.topology.StateStores;
import dev.attune.streams.topology.TopicSerdes;
import dev.attune.streams.topology.TopologyBranch;
import dev.attune.streams.topology.TopologyContext;
import dev.attune.tracing.Tracing;
import dev.attune.tracing.TracingConfiguration;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.InstantSource;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;
import org.apache.kafka.streams.state.Stores;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** How the parts hang together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(KafkaSettings.class)
@Import(TracingConfiguration.class)
class StreamsConfiguration {
  @Bean
  SchemaRegistryClient schemaRegistry(KafkaSettings kafka) {
    return new SchemaRegistryClient(kafka.registry());
  }

  @Bean(initMethod = "start", destroyMethod = "stop")
  RegistryWatch registryWatch(
      KafkaSettings kafka, SchemaRegistryClient schemas, MeterRegistry registry) {
    String subject = Topics.subject(kafka.topics().names().interactionEvents());
    return new RegistryWatch(schemas, subject, registry);
  }

  @Bean
  AuditLog auditLog(KafkaSettings kafka, SchemaRegistryClient registry, InstantSource clock) {
    return new AuditLog(kafka, registry, "feature-streams", clock);
  }

  @Bean
  GrpcReplicas scoring(ScoringSettings settings, MeterRegistry registry, Tracing tracing) {
    return new GrpcReplicas(settings, new ScoringMeters(registry), tracing);
  }

  @Bean
  CommitBarrier commitBarrier(
      ScoringSettings scoring, StreamsSettings streams, MeterRegistry registry) {
    requireRoomInTransaction(scoring, streams);
    Timer waits = new StreamsMeters(registry).barrierWait();
    return new CommitBarrier(scoring.barrierLimit(), scoring.submitLimit(), waits::record);
  }

  /** A transaction that outlives its timeout is aborted by the broker and its state rebuilt. */
  private static void requireRoomInTransaction(ScoringSettings scoring, StreamsSettings streams) {
    var held = scoring.submitLimit().plus(scoring.barrierLimit());
    if (held.multipliedBy(2).compareTo(streams.transactionTimeout()) > 0) {
      throw new IllegalArgumentException(
          "attune.scoring.submit-limit and barrier-limit together must be at most half of"
              + " attune.streams.transaction-timeout");
    }
  }

  @Bean
  Dispatcher<String, ScoreRequest> dispatcher(
      ScoringSettings settings,
      GrpcReplicas scoring,
      CommitBarrier barrier,
      MeterRegistry registry) {
    Dispatcher<String, ScoreRequest> dispatcher =
        new Dispatcher<>(settings.dispatch(), scoring, barrier, EventTrace::conflated);
    new StreamsMeters(registry).bind(dispatcher);
    return dispatcher;
  }

  @Bean
  Playbook playbook(PipelineSettings pipeline) {
    return Playbook.load(pipeline.playbook());
  }

  /** Decides when windows and sessions close. */
  @Bean
  InstantSource clock() {
    return Clock.systemUTC();
  }

  @Bean
  EpochCheck epochCheck(KafkaSettings kafka, PipelineSettings pipeline, MeterRegistry registry) {
    EpochCheck epochs =
        new EpochCheck(kafka.topics().names().interactionEvents(), pipeline.epoch());
    new StreamsMeters(registry).bind(epochs);
    return epochs;
  }

  @Bean
  CommittedReads committedReads(
      KafkaSettings kafka,
      StreamsSettings streams,
      InstantSource clock,
      EpochCheck epochs,
      MeterRegistry registry) {
    CommittedReads reads = new CommittedReads(kafka, streams.applicationId(), clock, epochs);
    new StreamsMeters(registry).bind(reads);
    return reads;
  }

  @Bean
  TopologyContext topologyContext(
      Playbook playbook,
      PipelineSettings pipeline,
      InstantSource clock,
      MeterRegistry registry,
      CommittedReads reads,
      EpochCheck epochs,
      Predecessor predecessor,
      ErasureSettings erasures,
      Tracing tracing) {
    return new TopologyContext(
        playbook.engine(),
        pipeline.epoch(),
        clock,
        new EventMeters(registry),
        reads,
        epochs,
        predecessor,
        erasures.hasher(),
        tracing);
  }

  @Bean
  AttuneTopology topology(
      KafkaSettings kafka,
      StreamsSettings streams,
      SchemaRegistryClient schemas,
      TopologyContext context,
      Dispatcher<String, ScoreRequest> dispatcher,
      Playbook playbook,
      RecentUsersSettings recent) {
    return new AttuneTopology(
        TopicSerdes.of(kafka.topics().names(), schemas),
        new StateStores(Stores::persistentKeyValueStore, streams.userMemory()),
        context,
        dispatcher,
        branches(playbook, recent, schemas));
  }

  private static List<TopologyBranch> branches(
      Playbook playbook, RecentUsersSettings recent, SchemaRegistryClient schemas) {
    return Stream.of(
            ExperimentBranch.of(playbook, schemas).stream(),
            Stream.of(KpiBranch.of(playbook, schemas)),
            RecentUsersBranch.of(recent, playbook, schemas).stream())
        .flatMap(branches -> branches)
        .toList();
  }

  @Bean
  Predecessor predecessor(
      KafkaSettings kafka,
      BackfillSettings backfill,
      StreamsSettings streams,
      PipelineSettings pipeline,
      ErasureSettings erasures,
      SchemaRegistryClient schemas) {
    return backfill.isOn()
        ? new KafkaPredecessor(
            kafka, backfill, streams.applicationId(), pipeline.epoch(), schemas, erasures.hasher())
        : Predecessor.NONE;
  }

  @Bean
  RocksDbMemory rocksDbMemory(StreamsSettings settings) {
    return new RocksDbMemory(settings.stateMemory());
  }

  @Bean
  StreamsRunner streamsRunner(
      KafkaSettings kafka,
      StreamsSettings settings,
      SchemaRegistryClient schemas,
      AttuneTopology topology,
      CommitBarrier barrier,
      RocksDbMemory memory,
      MeterRegistry registry) {
    KafkaStart start =
        KafkaStart.topics(kafka)
            .schemas(kafka, schemas)
            .then(new ApplicationIdCheck(kafka, settings.applicationId())::isOwn)
            .then(topology.context().predecessor()::prepare);
    StreamsRunner runner =
        new StreamsRunner(
            start,
            () -> newStreams(KafkaConfig.streams(kafka, settings, memory), topology, barrier));
    new StreamsMeters(registry).bindLag(runner);
    return runner;
  }

  private static KafkaStreams newStreams(
      Properties config, AttuneTopology topology, CommitBarrier barrier) {
    return new KafkaStreams(
        topology.get(), config, barrier.clients(new DefaultKafkaClientSupplier()));
  }

  @Bean
  HealthIndicator streamsHealthIndicator(StreamsRunner runner) {
    return StreamsHealth.readiness(runner);
  }

  @Bean
  HealthIndicator epochHealthIndicator(EpochCheck epochs) {
    return StreamsHealth.epoch(epochs);
  }

  @Bean
  HealthIndicator streamsAliveHealthIndicator(StreamsRunner runner) {
    return StreamsHealth.liveness(runner);
  }
}

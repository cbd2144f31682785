package dev.attune.bench.ingest;

import dev.attune.bench.BenchmarkRun;
import dev.attune.bench.empty.EmptyServer;
import dev.attune.bench.server.BenchServer;
import dev.attune.local.infra.Infra;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.EventJson;
import dev.attune.schemas.json.ParsedBody.Events;
import dev.attune.schemas.json.ParsedEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** Broker, registry, gateway, empty handler and Kafka's producer test, all on free ports. */
record IngestSetting(Infra infra, BenchServer gateway, BenchServer empty, ProducerPerf perf)
    implements AutoCloseable {
  private static final String PERF_TOPIC = "bench-producer-perf";

  /** Magic byte and schema id before the Avro bytes. */
  private static final int WIRE_HEADER = 5;

  /** As many as the gateway's topic has. */
  private static final int PARTITIONS = 4;

  static IngestSetting start(BenchmarkRun bench) throws Exception {
    bench.say("starting broker, registry, gateway and empty handler");
    Path folder = Files.createTempDirectory("attune-bench");
    Infra infra = Infra.start();
    createPerfTopic(infra.bootstrapServers());
    BenchServer gateway =
        BenchServer.service(
            bench,
            "ingest-gateway",
            "GATEWAY",
            folder,
            Map.of(
                "ATTUNE_KAFKA_BOOTSTRAP_SERVERS", infra.bootstrapServers(),
                "ATTUNE_SCHEMA_REGISTRY_URL", infra.registryUrl().toString(),
                "ATTUNE_TOPIC_PARTITIONS", Integer.toString(PARTITIONS)));
    BenchServer empty = EmptyServer.start(bench, folder);
    ProducerPerf perf =
        new ProducerPerf(bench, infra.bootstrapServers(), PERF_TOPIC, recordBytes());
    return new IngestSetting(infra, gateway, empty, perf);
  }

  private static void createPerfTopic(String bootstrapServers) throws Exception {
    try (Admin admin =
        Admin.create(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
      admin.createTopics(List.of(new NewTopic(PERF_TOPIC, PARTITIONS, (short) 1))).all().get();
    }
  }

  /** The size of the gateway's records: the example event in the wire format. */
  static int recordBytes() throws IOException {
    byte[] json = EventRequests.example().getBytes(StandardCharsets.UTF_8);
    if (!(EventJson.standard().readBody(json) instanceof Events batch)
        || !(batch.events().getFirst() instanceof ParsedEvent.Valid valid)) {
      throw new IllegalStateException("the example is an event of the contract");
    }
    var bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    valid.event().setReceivedAt(valid.event().getOccurredAt());
    new SpecificDatumWriter<>(InteractionEvent.class).write(valid.event(), encoder);
    encoder.flush();
    return WIRE_HEADER + bytes.size();
  }

  Duration brokerProcessorTime() {
    return BenchServer.processorTime(infra.kafkaPid());
  }

  @Override
  public void close() {
    gateway.close();
    empty.close();
    infra.close();
  }
}

package dev.attune.bench.freshness;

import dev.attune.bench.BenchmarkException;
import dev.attune.bench.BenchmarkRun;
import dev.attune.bench.http.HttpLoad;
import dev.attune.bench.model.BenchModel;
import dev.attune.bench.server.BenchServer;
import dev.attune.bench.server.Prometheus;
import dev.attune.core.playbook.Playbook;
import dev.attune.local.infra.Infra;
import dev.attune.local.infra.JavaCommand;
import dev.attune.local.infra.Ports;
import dev.attune.predictions.PredictionKey;
import dev.attune.schemas.avro.StoredPrediction;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import redis.clients.jedis.Jedis;

/** Broker, registry, Redis, gateway, streams and inference, all on free ports. */
final class Pipeline implements AutoCloseable {
  private static final int CONNECTIONS = 64;
  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final long NAP_NANOS = 5_000_000;
  private static final byte[] NEWEST = {'+'};
  private static final byte[] OLDEST = {'-'};

  private final Infra infra;
  private final List<BenchServer> services;
  private final PredictionArrivals arrivals;
  private long sent;

  private Pipeline(Infra infra, List<BenchServer> services) {
    this.infra = infra;
    this.services = services;
    this.arrivals = new PredictionArrivals(infra.redisUri());
  }

  /** Times of one phase, and events whose prediction did not come. */
  record Times(Histogram micros, long missing) {}

  static Pipeline start(BenchmarkRun bench) throws Exception {
    bench.say("starting broker, registry, Redis, gateway, inference-service and feature-streams");
    Path folder = Files.createTempDirectory("attune-bench");
    Path playbooks = bench.checkout().root().resolve("playbooks");
    Path support = playbooks.resolve("support");
    Path registry =
        BenchModel.registry(folder.resolve("models/support"), Playbook.load(support).features());
    Infra infra = Infra.start(JavaCommand::withShortPauses);
    int grpc = Ports.free();
    var settings = new HashMap<String, String>();
    settings.put("ATTUNE_KAFKA_BOOTSTRAP_SERVERS", infra.bootstrapServers());
    settings.put("ATTUNE_SCHEMA_REGISTRY_URL", infra.registryUrl().toString());
    settings.put("ATTUNE_REDIS_URI", infra.redisUri());
    settings.put("ATTUNE_PLAYBOOK", playbooks.resolve(registry.getFileName()).toString());
    settings.put("ATTUNE_MODELS_DIR", String.valueOf(registry.getParent()));
    settings.put("ATTUNE_INFERENCE_GRPC_PORT", Integer.toString(grpc));
    settings.put("ATTUNE_INFERENCE_ADDRESS", "127.0.0.1:" + grpc);
    settings.put("ATTUNE_INFERENCE_SECRET", "local-secret");
    // a new model live has everybody scored a second time for as long as this
    settings.put("ATTUNE_REFILL_SETTLE", "1s");
    settings.put("ATTUNE_STATE_DIR", folder.resolve("state").toString());
    // the gateway first: requests go to it
    List<BenchServer> services =
        List.of(
            service(bench, "ingest-gateway", "GATEWAY", folder, settings),
            service(bench, "inference-service", "INFERENCE", folder, settings),
            service(bench, "feature-streams", "STREAMS", folder, settings));
    return new Pipeline(infra, services);
  }

  private static BenchServer service(
      BenchmarkRun bench, String module, String port, Path folder, Map<String, String> settings) {
    return BenchServer.service(
        bench, module, port, folder, settings, JavaCommand.withShortPauses());
  }

  String bootstrapServers() {
    return infra.bootstrapServers();
  }

  /** What the services' compilers have spent so far. */
  Duration compileTime() {
    double millis = 0;
    for (BenchServer service : services) {
      millis += Prometheus.sum(service.management(), "jvm_compilation_time_ms_total");
    }
    return Duration.ofMillis((long) millis);
  }

  /** Events at a rate, evenly spread; after the run-up each counts from when it was due. */
  Times measure(Duration phase, int perSecond) throws IOException {
    var requests = new MessageRequests(sent, arrivals);
    Duration all = FreshnessBenchmark.RUN_UP.plus(phase);
    arrivals.countFrom(System.nanoTime() + FreshnessBenchmark.RUN_UP.toNanos());
    new HttpLoad(services.getFirst().address(), CONNECTIONS, requests)
        .unhurried()
        .openLoop(all, perSecond)
        .complete();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (arrivals.missing() > 0 && System.nanoTime() < end) {
      LockSupport.parkNanos(NAP_NANOS);
    }
    long missing = arrivals.missing();
    checkScored(MessageRequests.user(sent));
    sent += (long) perSecond * all.toSeconds() + perSecond;
    return new Times(arrivals.take(), missing);
  }

  /** A write without a prediction in it would be quick and worth nothing. */
  private void checkScored(String user) throws IOException {
    try (Jedis redis = new Jedis(URI.create(infra.redisUri()))) {
      byte[] key = PredictionKey.of(user).getBytes(StandardCharsets.UTF_8);
      List<Object> entries = redis.xrevrange(key, NEWEST, OLDEST, 1);
      if (entries.isEmpty()
          || StoredPrediction.getDecoder()
              .decode(value(entries.getFirst()))
              .getProbabilities()
              .isEmpty()) {
        throw new BenchmarkException("Users are not scored: does the model fit the playbook?");
      }
    }
  }

  /** An entry is its id and a list of fields and values; here one of each. */
  private static byte[] value(Object entry) {
    List<?> fields = (List<?>) ((List<?>) entry).get(1);
    return (byte[]) fields.get(1);
  }

  @Override
  public void close() {
    arrivals.close();
    services.forEach(BenchServer::close);
    infra.close();
  }
}

package dev.attune.streams.bench.inference;

import dev.attune.bench.BenchmarkException;
import dev.attune.bench.BenchmarkRun;
import dev.attune.bench.model.BenchModel;
import dev.attune.bench.model.Questions;
import dev.attune.bench.server.BenchServer;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.scoring.SentenceEncoder;
import dev.attune.encoder.LocalEncoders;
import dev.attune.local.infra.Infra;
import dev.attune.local.infra.JavaCommand;
import dev.attune.local.infra.Ports;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.ResidentMemory;
import dev.attune.streams.bench.inference.CallTimes.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Two services as processes, of which one has a model that reads messages. */
final class MessageSetting implements AutoCloseable {
  private static final String SECRET = "local-secret";

  /** More than fit into a message, which is cut. */
  private static final int LONGEST = 200;

  private static final int CALLS_A_TURN = 40;
  private static final int CALLS_BEFORE_MEMORY = 6_000;

  private final BenchmarkRun bench;
  private final Infra infra;
  private final Path plainFolder;
  private final Path readingFolder;
  private final Path plainModels;
  private final Path readingModels;
  private final Questions questions = new Questions(5);
  private final SplittableRandom random = new SplittableRandom(5);

  private MessageSetting(BenchmarkRun bench, Infra infra) throws Exception {
    this.bench = bench;
    this.infra = infra;
    SentenceEncoder encoder = new LocalEncoders(null, 1).own();
    plainFolder = Files.createTempDirectory("attune-bench");
    readingFolder = Files.createTempDirectory("attune-bench");
    plainModels = BenchModel.registry(plainFolder);
    readingModels = BenchModel.withMessages(readingFolder, encoder);
  }

  static MessageSetting start(BenchmarkRun bench) throws Exception {
    bench.say("starting broker, registry and Redis");
    return new MessageSetting(bench, Infra.start());
  }

  /** A service and the client that asks it. */
  private record Asked(BenchServer server, Calls calls) implements AutoCloseable {
    @Override
    public void close() {
      calls.close();
      server.close();
    }
  }

  private Asked start(boolean reading, @Nullable JavaCommand java) {
    int port = Ports.free();
    Path registry = reading ? readingModels : plainModels;
    Map<String, String> settings = new HashMap<>();
    settings.put("ATTUNE_REDIS_URI", infra.redisUri());
    settings.put("ATTUNE_KAFKA_BOOTSTRAP_SERVERS", infra.bootstrapServers());
    settings.put("ATTUNE_SCHEMA_REGISTRY_URL", infra.registryUrl().toString());
    settings.put("ATTUNE_MODELS_DIR", String.valueOf(registry.getParent()));
    settings.put("ATTUNE_PLAYBOOK", String.valueOf(registry.getFileName()));
    settings.put("ATTUNE_INFERENCE_GRPC_PORT", Integer.toString(port));
    Path folder = reading ? readingFolder : plainFolder;
    BenchServer server =
        java == null
            ? BenchServer.service(bench, "inference-service", "INFERENCE", folder, settings)
            : BenchServer.service(bench, "inference-service", "INFERENCE", folder, settings, java);
    return new Asked(server, new Calls(port, SECRET));
  }

  /** One a round; the kinds take turns of some calls each. */
  List<CallTimes> inTurns() throws Exception {
    List<CallTimes> rounds = new ArrayList<>();
    try (Asked plain = start(false, null);
        Asked reading = start(true, null)) {
      bench.say("warming up");
      var unused = round(plain, reading);
      for (int round = 1; round <= bench.rounds(); round++) {
        bench.say("calls with and without messages, round " + round);
        rounds.add(round(plain, reading));
      }
    }
    return rounds;
  }

  private CallTimes round(Asked plain, Asked reading) throws Exception {
    CallTimes times = new CallTimes();
    String written = text(Questions.MEDIAN);
    var unused = reading.calls().answered(written);
    long end = System.nanoTime() + bench.phase().toNanos();
    while (System.nanoTime() < end) {
      for (Kind kind : Kind.values()) {
        Asked asked = kind == Kind.WITHOUT_ENCODER ? plain : reading;
        Duration before = asked.server().processorTime();
        for (int i = 0; i < CALLS_A_TURN; i++) {
          times.add(kind, asked.calls().answered(message(kind, written)).toNanos());
        }
        times.addProcessor(kind, asked.server().processorTime().minus(before));
      }
    }
    return times;
  }

  private @Nullable String message(Kind kind, String written) {
    return switch (kind) {
      case WITHOUT_ENCODER, NO_MESSAGE -> null;
      case CLICK -> written;
      case SHORT -> text(Questions.SHORT);
      case LONG -> text(Questions.MEDIAN);
    };
  }

  private String text(int words) {
    String text = questions.next(words);
    return text.substring(0, Math.min(text.length(), FeatureSet.LONGEST_MESSAGE));
  }

  /**
   * Of a service that was just started, with the JVM options of the local stack, after some
   * thousand calls; every third one has a new message of any length, where the model reads them.
   */
  double residentMegabytes(boolean reading) throws Exception {
    bench.say("memory " + (reading ? "with" : "without") + " an encoder");
    try (Asked asked = start(reading, Part.INFERENCE.java())) {
      for (int call = 0; call < CALLS_BEFORE_MEMORY; call++) {
        boolean writes = reading && call % 3 == 0;
        var unused = asked.calls().answered(writes ? text(1 + random.nextInt(LONGEST)) : null);
      }
      long bytes =
          ResidentMemory.of(asked.server().pid())
              .orElseThrow(() -> new BenchmarkException("the service's memory is not known"));
      return bytes / (double) (1 << 20);
    }
  }

  @Override
  public void close() {
    infra.close();
  }
}

package dev.attune.streams.bench.inference;

import dev.attune.bench.BenchmarkRun;
import dev.attune.bench.ComparedFigure;
import dev.attune.bench.model.BenchModel;
import dev.attune.bench.server.BenchServer;
import dev.attune.core.scoring.ModelException;
import dev.attune.local.infra.Infra;
import dev.attune.local.infra.JavaCommand;
import dev.attune.local.infra.Ports;
import dev.attune.local.stack.Part;
import dev.attune.local.stack.ResidentMemory;
import dev.attune.schemas.oip.GRPCInferenceServiceGrpc;
import dev.attune.schemas.oip.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.attune.schemas.oip.InferTensorContents;
import dev.attune.schemas.oip.ModelInferRequest;
import dev.attune.schemas.oip.ModelInferRequest.InferInputTensor;
import dev.attune.schemas.oip.ModelMetadataRequest;
import dev.attune.schemas.oip.ModelMetadataResponse;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** The service and the empty call as processes, and one client that asks both in turns. */
final class RpcSetting implements AutoCloseable {
  private static final String SECRET = "local-secret";
  private static final String MODULE = "inference-service";
  private static final int CALLS_A_TURN = 2_000;

  private final BenchmarkRun bench;
  private final Path folder;
  private final Infra infra;
  private final Map<String, String> settings;
  private final BenchServer service;
  private final int port;
  private final Process empty;
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<ManagedChannel> channels = new ArrayList<>();
  private final GRPCInferenceServiceBlockingStub scoring;
  private final GRPCInferenceServiceBlockingStub nothing;
  private final ModelInferRequest request;

  private RpcSetting(BenchmarkRun bench, Infra infra, Path folder) throws Exception {
    this.bench = bench;
    this.folder = folder;
    this.infra = infra;
    Path registry = BenchModel.registry(folder);
    this.settings =
        Map.of(
            "ATTUNE_REDIS_URI", infra.redisUri(),
            "ATTUNE_KAFKA_BOOTSTRAP_SERVERS", infra.bootstrapServers(),
            "ATTUNE_SCHEMA_REGISTRY_URL", infra.registryUrl().toString(),
            "ATTUNE_MODELS_DIR", String.valueOf(registry.getParent()),
            "ATTUNE_PLAYBOOK", String.valueOf(registry.getFileName()));
    port = Ports.free();
    service = BenchServer.service(bench, MODULE, "INFERENCE", folder, settingsWith(port));
    scoring = stub(port);
    ModelMetadataResponse model =
        scoring.modelMetadata(ModelMetadataRequest.newBuilder().setName("intent").build());
    request = request((int) model.getInputs(0).getShape(1));
    int emptyPort = Ports.free();
    empty = emptyCall(folder, emptyPort, (int) model.getOutputs(0).getShape(1));
    nothing = stub(emptyPort);
  }

  static RpcSetting start(BenchmarkRun bench) throws Exception {
    bench.say("starting broker, registry, Redis, inference-service and an empty call");
    return new RpcSetting(bench, Infra.start(), Files.createTempDirectory("attune-bench"));
  }

  private static Process emptyCall(Path folder, int port, int classes) throws IOException {
    List<String> command =
        JavaCommand.withHeap("256m")
            .option("-cp")
            .option(System.getProperty("java.class.path"))
            .run(EmptyCall.class.getName(), Integer.toString(port), Integer.toString(classes));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("empty-call.log").toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return process;
  }

  private GRPCInferenceServiceBlockingStub stub(int port) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    channels.add(channel);
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + SECRET);
    return GRPCInferenceServiceGrpc.newBlockingStub(channel)
        .withWaitForReady()
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  private static ModelInferRequest request(int width) {
    InferTensorContents.Builder row = InferTensorContents.newBuilder();
    for (int i = 0; i < width; i++) {
      row.addFp32Contents(i % 7 - 3);
    }
    return ModelInferRequest.newBuilder()
        .setModelName("intent")
        .addInputs(
            InferInputTensor.newBuilder()
                .setName("features")
                .setDatatype("FP32")
                .addShape(1)
                .addShape(width)
                .setContents(row))
        .build();
  }

  /** Median microseconds a call, of the service and of the empty call. */
  ComparedFigure inTurns() {
    long end = System.nanoTime() + bench.phase().toNanos();
    while (System.nanoTime() < end) {
      micros(scoring);
      micros(nothing);
    }
    List<ComparedFigure> rounds = new ArrayList<>();
    for (int round = 1; round <= 3 * bench.rounds(); round++) {
      bench.say("single rows and empty calls, round " + round);
      rounds.add(new ComparedFigure(micros(scoring), micros(nothing)));
    }
    return ComparedFigure.median(rounds);
  }

  private double micros(GRPCInferenceServiceBlockingStub stub) {
    long[] times = new long[CALLS_A_TURN];
    for (int i = 0; i < times.length; i++) {
      long start = System.nanoTime();
      var unused = stub.modelInfer(request);
      times[i] = System.nanoTime() - start;
    }
    Arrays.sort(times);
    return times[times.length / 2] / 1e3;
  }

  /**
   * What the service computes for a prediction that it scores, stores and publishes, while as many
   * are in flight as feature-streams allows; none for a model that reads other features.
   */
  Optional<StreamCost> stream() throws Exception {
    bench.say("predictions over the stream, stored in Redis");
    try (Calls calls = new Calls(port, SECRET)) {
      calls.dispatched(bench.phase());
      StreamCost before = StreamCost.soFar(service);
      calls.dispatched(bench.phase().multipliedBy(2));
      StreamCost cost = StreamCost.soFar(service).since(before);
      return cost.predictions() == 0 ? Optional.empty() : Optional.of(cost);
    }
  }

  /** Microseconds until a prediction's contributions are told, compiled. */
  Histogram explanations() throws Exception {
    bench.say("explanations of a prediction");
    return explanationsOf(service).steady();
  }

  private Explanations explanationsOf(BenchServer asked) throws ModelException {
    Path registry =
        Path.of(settings.get("ATTUNE_MODELS_DIR")).resolve(settings.get("ATTUNE_PLAYBOOK"));
    return new Explanations(http, asked.uri(), registry, SECRET);
  }

  private Map<String, String> settingsWith(int grpcPort) {
    var all = new HashMap<>(settings);
    all.put("ATTUNE_INFERENCE_GRPC_PORT", Integer.toString(grpcPort));
    return all;
  }

  /** After some thousand calls, with the JVM options of the bench. */
  double residentMegabytes() {
    return residentMegabytes(service);
  }

  /**
   * Of a service that was just started, with the JVM options of the local stack.
   *
   * @param firstExplanations microseconds of each
   * @param residentMegabytes after some thousand calls
   */
  record InStack(Histogram firstExplanations, double residentMegabytes) {}

  InStack inStack() throws Exception {
    bench.say("explanations and single rows of the service as the local stack runs it");
    int port = Ports.free();
    try (BenchServer inStack =
        BenchServer.service(
            bench, MODULE, "INFERENCE", folder, settingsWith(port), Part.INFERENCE.java())) {
      Histogram first = explanationsOf(inStack).first();
      GRPCInferenceServiceBlockingStub stub = stub(port);
      for (int turn = 0; turn < 3; turn++) {
        micros(stub);
      }
      return new InStack(first, residentMegabytes(inStack));
    }
  }

  private static double residentMegabytes(BenchServer server) {
    long bytes = ResidentMemory.of(server.pid()).orElseThrow();
    return bytes / (double) (1 << 20);
  }

  @Override
  public void close() {
    http.close();
    channels.forEach(ManagedChannel::shutdownNow);
    empty.destroyForcibly();
    service.close();
    infra.close();
  }
}

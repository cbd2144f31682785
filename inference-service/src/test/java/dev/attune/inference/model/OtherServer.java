package dev.attune.inference.model;

import com.google.protobuf.ByteString;
import dev.attune.predictions.Certificates;
import dev.attune.schemas.oip.GRPCInferenceServiceGrpc;
import dev.attune.schemas.oip.ModelInferRequest;
import dev.attune.schemas.oip.ModelInferRequest.InferInputTensor;
import dev.attune.schemas.oip.ModelInferResponse;
import dev.attune.schemas.oip.ModelInferResponse.InferOutputTensor;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerCredentials;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.TlsServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A server of the protocol that is not ours: own tensor names, answers in raw little-endian bytes
 * as Triton does. It gives all probability to the label that the first column names.
 */
public final class OtherServer extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase
    implements AutoCloseable {
  public static final String INPUT = "input__0";
  public static final String OUTPUT = "output__0";

  final AtomicInteger calls = new AtomicInteger();
  private final Collection<String> shown = new ConcurrentLinkedQueue<>();
  private final int classes;
  private final Server server;
  private volatile BiConsumer<ModelInferRequest, StreamObserver<ModelInferResponse>> answer =
      this::right;

  /**
   * As a process of its own, that can be frozen and killed: classes, port, secret, certificate and
   * key.
   */
  public static void main(String[] arguments) throws Exception {
    var tls = TlsServerCredentials.create(new File(arguments[3]), new File(arguments[4]));
    try (var server =
        new OtherServer(
            Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]), arguments[2], tls)) {
      server.server.awaitTermination();
    }
  }

  OtherServer(int classes, int port) throws IOException {
    this(classes, port, null, InsecureServerCredentials.create());
  }

  /** One with TLS on a free port. */
  OtherServer(int classes, Certificates own) throws IOException {
    this(
        classes,
        0,
        null,
        TlsServerCredentials.create(own.certificate().toFile(), own.key().toFile()));
  }

  /**
   * @param secret that callers must present; null: none
   */
  private OtherServer(int classes, int port, @Nullable String secret, ServerCredentials credentials)
      throws IOException {
    this.classes = classes;
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port), credentials)
            .intercept(new SecretCheck(secret, shown))
            .addService(this)
            .build()
            .start();
  }

  /** What callers have shown, in order; {@code nothing} where they showed nothing. */
  List<String> shown() {
    return List.copyOf(shown);
  }

  private record SecretCheck(@Nullable String secret, Collection<String> shown)
      implements ServerInterceptor {
    private static final Metadata.Key<String> AUTHORIZATION =
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      String given = headers.get(AUTHORIZATION);
      shown.add(given == null ? "nothing" : given);
      if (secret == null || ("Bearer " + secret).equals(given)) {
        return next.startCall(call, headers);
      }
      call.close(Status.UNAUTHENTICATED, new Metadata());
      return new ServerCall.Listener<>() {};
    }
  }

  int port() {
    return server.getPort();
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> caller) {
    calls.incrementAndGet();
    answer.accept(request, caller);
  }

  void answerRight() {
    answer = this::right;
  }

  void answer(float value) {
    answer =
        (request, caller) -> {
          float[] values = new float[rows(request) * classes];
          java.util.Arrays.fill(values, value);
          send(caller, request, values);
        };
  }

  void answerTooLittle() {
    answer = (request, caller) -> send(caller, request, new float[] {1});
  }

  void answerNever() {
    answer = (request, caller) -> {};
  }

  void refuse(Status status) {
    answer = (request, caller) -> caller.onError(status.asRuntimeException());
  }

  private void right(ModelInferRequest request, StreamObserver<ModelInferResponse> caller) {
    InferInputTensor input = request.getInputs(0);
    if (!input.getName().equals(INPUT) || !input.getDatatype().equals("FP32")) {
      caller.onError(Status.INVALID_ARGUMENT.withDescription("bad input").asRuntimeException());
      return;
    }
    int width = (int) input.getShape(1);
    float[] values = new float[rows(request) * classes];
    for (int row = 0; row < rows(request); row++) {
      values[row * classes + (int) input.getContents().getFp32Contents(row * width)] = 1;
    }
    send(caller, request, values);
  }

  private static int rows(ModelInferRequest request) {
    return (int) request.getInputs(0).getShape(0);
  }

  private void send(
      StreamObserver<ModelInferResponse> caller, ModelInferRequest request, float[] values) {
    ByteBuffer raw = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    caller.onNext(
        ModelInferResponse.newBuilder()
            .setModelName(request.getModelName())
            .addOutputs(
                InferOutputTensor.newBuilder()
                    .setName(OUTPUT)
                    .setDatatype("FP32")
                    .addShape(rows(request))
                    .addShape(classes))
            .addRawOutputContents(ByteString.copyFrom(raw.array()))
            .build());
    caller.onCompleted();
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

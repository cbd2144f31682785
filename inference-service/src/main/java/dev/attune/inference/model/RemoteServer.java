package dev.attune.inference.model;

import dev.attune.core.scoring.ModelManifest.Remote;
import dev.attune.schemas.FloatTensors;
import dev.attune.schemas.oip.GRPCInferenceServiceGrpc;
import dev.attune.schemas.oip.GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub;
import dev.attune.schemas.oip.ModelInferRequest;
import dev.attune.schemas.oip.ModelInferRequest.InferInputTensor;
import dev.attune.schemas.oip.ModelInferResponse;
import dev.attune.schemas.oip.ModelInferResponse.InferOutputTensor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The client of one remote model. gRPC, since JSON has no number for a missing value.
 *
 * <p>Each call has a deadline. After some failures in a row the server is left alone for a moment:
 * a dead one must not hold the workers for a timeout a batch. Then one call tries it again.
 */
final class RemoteServer implements AutoCloseable {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  /** Fewer would let one lost packet close a healthy server's slot. */
  private static final int FAILURES = 3;

  private static final Duration REST = Duration.ofSeconds(1);

  private final Remote remote;
  private final ManagedChannel channel;
  private final GRPCInferenceServiceBlockingStub stub;
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicLong restsUntil = new AtomicLong(System.nanoTime());

  RemoteServer(Remote remote, @Nullable String secret) {
    this.remote = remote;
    var builder = NettyChannelBuilder.forTarget(remote.target());
    this.channel = (remote.tls() ? builder.useTransportSecurity() : builder.usePlaintext()).build();
    var plain = GRPCInferenceServiceGrpc.newBlockingStub(channel);
    this.stub = secret == null ? plain : authorized(plain, secret);
  }

  private static GRPCInferenceServiceBlockingStub authorized(
      GRPCInferenceServiceBlockingStub stub, String secret) {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + secret);
    return stub.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /**
   * One array of {@code classes} numbers a row.
   *
   * @throws ModelUnavailableException when the server doesn't answer in time, or refuses whatever
   *     it is asked, for example since a token has expired
   * @throws IllegalStateException when it answers something else
   */
  List<float[]> infer(List<float[]> rows, int width, int classes) {
    return infer(rows, width, classes, Duration.ofMillis(remote.timeoutMillis()));
  }

  List<float[]> infer(List<float[]> rows, int width, int classes, Duration timeout) {
    if (failures.get() >= FAILURES && !mayTry()) {
      throw new ModelUnavailableException(this + " rests after failures");
    }
    try {
      ModelInferResponse response =
          stub.withDeadlineAfter(timeout.toMillis(), TimeUnit.MILLISECONDS)
              .modelInfer(request(rows, width));
      failures.set(0);
      return split(output(response), rows.size(), classes);
    } catch (StatusRuntimeException e) {
      throw failed(e);
    }
  }

  /** One caller a rest. */
  private boolean mayTry() {
    long until = restsUntil.get();
    long now = System.nanoTime();
    return now - until >= 0 && restsUntil.compareAndSet(until, now + REST.toNanos());
  }

  private RuntimeException failed(StatusRuntimeException e) {
    return switch (e.getStatus().getCode()) {
      case UNAVAILABLE,
          DEADLINE_EXCEEDED,
          RESOURCE_EXHAUSTED,
          CANCELLED,
          ABORTED,
          UNAUTHENTICATED,
          PERMISSION_DENIED,
          NOT_FOUND,
          UNIMPLEMENTED,
          FAILED_PRECONDITION -> {
        if (failures.incrementAndGet() == FAILURES) {
          restsUntil.set(System.nanoTime() + REST.toNanos());
        }
        yield new ModelUnavailableException(this + " did not answer: " + e.getStatus(), e);
      }
      default -> new IllegalStateException(this + " refused: " + e.getStatus(), e);
    };
  }

  private ModelInferRequest request(List<float[]> rows, int width) {
    float[] values = new float[rows.size() * width];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, values, i * width, width);
    }
    return ModelInferRequest.newBuilder()
        .setModelName(remote.model())
        .setModelVersion(remote.version())
        .addInputs(
            InferInputTensor.newBuilder()
                .setName(remote.input())
                .setDatatype("FP32")
                .addShape(rows.size())
                .addShape(width)
                .setContents(FloatTensors.contents(values)))
        .addOutputs(
            ModelInferRequest.InferRequestedOutputTensor.newBuilder().setName(remote.output()))
        .build();
  }

  private float[] output(ModelInferResponse response) {
    for (int i = 0; i < response.getOutputsCount(); i++) {
      InferOutputTensor output = response.getOutputs(i);
      if (output.getName().equals(remote.output())) {
        if (!output.getDatatype().equals("FP32")) {
          throw new IllegalStateException(this + " answers " + output.getDatatype());
        }
        return i < response.getRawOutputContentsCount()
            ? FloatTensors.read(response.getRawOutputContents(i))
            : FloatTensors.read(output.getContents());
      }
    }
    throw new IllegalStateException(this + " does not answer '" + remote.output() + "'");
  }

  private List<float[]> split(float[] values, int rows, int classes) {
    if (values.length != rows * classes) {
      throw new IllegalStateException(
          "%s answers %d numbers for %d rows of %d".formatted(this, values.length, rows, classes));
    }
    List<float[]> split = new ArrayList<>(rows);
    for (int row = 0; row < rows; row++) {
      split.add(java.util.Arrays.copyOfRange(values, row * classes, (row + 1) * classes));
    }
    return split;
  }

  @Override
  public void close() {
    channel.shutdown();
  }

  @Override
  public String toString() {
    return remote.target() + "/" + remote.model();
  }
}

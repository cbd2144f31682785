package dev.attune.system;

import com.google.protobuf.ByteString;
import dev.attune.core.scoring.ModelBundle;
import dev.attune.core.scoring.ModelManifest.Remote;
import dev.attune.schemas.oip.GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import dev.attune.schemas.oip.ModelInferRequest;
import dev.attune.schemas.oip.ModelInferResponse;
import dev.attune.schemas.oip.ModelInferResponse.InferOutputTensor;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A server of the Open Inference Protocol with a model behind it that may be slow or away. */
final class ModelServer extends GRPCInferenceServiceImplBase implements AutoCloseable {
  private final ModelBundle model;
  private final Server server;
  private volatile Duration rowTime = Duration.ZERO;
  private volatile boolean away;

  ModelServer(ModelBundle model) throws IOException {
    this.model = model;
    this.server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress("127.0.0.1", 0), InsecureServerCredentials.create())
            .addService(this)
            .build()
            .start();
  }

  /** Where a manifest finds it. */
  Remote remote(int timeoutMillis) {
    return new Remote(
        "127.0.0.1:" + server.getPort(), "intent", null, false, timeoutMillis, null, null, null);
  }

  /** How long it takes for a row from now on. */
  void take(Duration forRow) {
    rowTime = forRow;
  }

  /** It answers nobody any more. */
  void goAway() {
    away = true;
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> caller) {
    if (away) {
      caller.onError(Status.UNAVAILABLE.asRuntimeException());
      return;
    }
    List<float[]> scores = model.scoreEncoded(rows(request.getInputs(0)));
    LockSupport.parkNanos(rowTime.toNanos() * scores.size());
    caller.onNext(response(scores));
    caller.onCompleted();
  }

  private static List<float[]> rows(ModelInferRequest.InferInputTensor input) {
    int width = (int) input.getShape(1);
    List<float[]> rows = new ArrayList<>();
    for (int from = 0; from < input.getContents().getFp32ContentsCount(); from += width) {
      float[] row = new float[width];
      for (int i = 0; i < width; i++) {
        row[i] = input.getContents().getFp32Contents(from + i);
      }
      rows.add(row);
    }
    return rows;
  }

  private static ModelInferResponse response(List<float[]> scores) {
    int labels = scores.getFirst().length;
    ByteBuffer raw =
        ByteBuffer.allocate(scores.size() * labels * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float[] row : scores) {
      for (float score : row) {
        raw.putFloat(score);
      }
    }
    return ModelInferResponse.newBuilder()
        .setModelName("intent")
        .addOutputs(
            InferOutputTensor.newBuilder()
                .setName("probabilities")
                .setDatatype("FP32")
                .addShape(scores.size())
                .addShape(labels))
        .addRawOutputContents(ByteString.copyFrom(raw.flip()))
        .build();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}

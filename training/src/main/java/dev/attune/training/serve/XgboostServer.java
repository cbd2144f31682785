package dev.attune.training.serve;

import dev.attune.core.scoring.BundleFiles;
import dev.attune.core.scoring.ModelException;
import dev.attune.core.scoring.ModelManifest;
import dev.attune.schemas.FloatTensors;
import dev.attune.schemas.oip.GRPCInferenceServiceGrpc;
import dev.attune.schemas.oip.ModelInferRequest;
import dev.attune.schemas.oip.ModelInferRequest.InferInputTensor;
import dev.attune.schemas.oip.ModelInferResponse;
import dev.attune.schemas.oip.ModelInferResponse.InferOutputTensor;
import dev.attune.schemas.oip.ModelReadyRequest;
import dev.attune.schemas.oip.ModelReadyResponse;
import dev.attune.schemas.oip.ServerLiveRequest;
import dev.attune.schemas.oip.ServerLiveResponse;
import dev.attune.schemas.oip.ServerReadyRequest;
import dev.attune.schemas.oip.ServerReadyResponse;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import ml.dmlc.xgboost4j.java.XGBoostError;

/**
 * A model behind the Open Inference Protocol's gRPC, predicted by xgboost4j: what a manifest's
 * {@code remote} points at when the model is none that the services evaluate themselves. A process
 * of its own, so that a fault in native code takes no service down.
 */
public final class XgboostServer extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase
    implements AutoCloseable {
  private static final String OUTPUT = "probabilities";

  private final XgboostPredictor model;
  private final Server server;

  private XgboostServer(XgboostPredictor model, InetSocketAddress address, String secret)
      throws IOException {
    this.model = model;
    this.server =
        NettyServerBuilder.forAddress(address, InsecureServerCredentials.create())
            .intercept(new SecretCheck(secret))
            .addService(this)
            .build()
            .start();
  }

  /**
   * Serves what a folder holds, a manifest and a model file, until it is closed.
   *
   * @param secret that callers present; empty: none
   */
  public static XgboostServer start(Path dir, InetSocketAddress address, String secret)
      throws ModelException, IOException {
    ModelManifest manifest = BundleFiles.manifest(dir);
    return new XgboostServer(XgboostPredictor.load(dir, manifest.labels().size()), address, secret);
  }

  public int port() {
    return server.getPort();
  }

  public void awaitEnd() throws InterruptedException {
    server.awaitTermination();
  }

  @Override
  public void serverLive(ServerLiveRequest request, StreamObserver<ServerLiveResponse> caller) {
    answer(caller, ServerLiveResponse.newBuilder().setLive(true).build());
  }

  @Override
  public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> caller) {
    answer(caller, ServerReadyResponse.newBuilder().setReady(true).build());
  }

  @Override
  public void modelReady(ModelReadyRequest request, StreamObserver<ModelReadyResponse> caller) {
    answer(caller, ModelReadyResponse.newBuilder().setReady(true).build());
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> caller) {
    try {
      float[] rows = rows(request);
      answer(caller, response(request, model.predict(rows), rows.length / model.width()));
    } catch (IllegalArgumentException e) {
      caller.onError(Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException());
    } catch (XGBoostError | IllegalStateException e) {
      caller.onError(Status.INTERNAL.withDescription(e.getMessage()).asRuntimeException());
    }
  }

  private static <T> void answer(StreamObserver<T> caller, T answer) {
    caller.onNext(answer);
    caller.onCompleted();
  }

  private float[] rows(ModelInferRequest request) {
    if (request.getInputsCount() != 1 || !request.getInputs(0).getDatatype().equals("FP32")) {
      throw new IllegalArgumentException("one FP32 input is expected");
    }
    InferInputTensor input = request.getInputs(0);
    float[] rows =
        request.getRawInputContentsCount() > 0
            ? FloatTensors.read(request.getRawInputContents(0))
            : FloatTensors.read(input.getContents());
    if (input.getShapeCount() != 2
        || input.getShape(1) != model.width()
        || rows.length == 0
        || rows.length != input.getShape(0) * model.width()) {
      throw new IllegalArgumentException(
          "the model reads rows of %d columns".formatted(model.width()));
    }
    return rows;
  }

  private ModelInferResponse response(ModelInferRequest request, float[] shares, int rows) {
    String output = request.getOutputsCount() == 0 ? OUTPUT : request.getOutputs(0).getName();
    return ModelInferResponse.newBuilder()
        .setModelName(request.getModelName())
        .setId(request.getId())
        .addOutputs(
            InferOutputTensor.newBuilder()
                .setName(output)
                .setDatatype("FP32")
                .addShape(rows)
                .addShape(model.labels())
                .setContents(FloatTensors.contents(shares)))
        .build();
  }

  @Override
  public void close() throws InterruptedException {
    server.shutdownNow().awaitTermination();
    model.close();
  }
}

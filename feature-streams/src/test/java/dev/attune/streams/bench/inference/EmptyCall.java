package dev.attune.streams.bench.inference;

import dev.attune.schemas.oip.GRPCInferenceServiceGrpc;
import dev.attune.schemas.oip.InferTensorContents;
import dev.attune.schemas.oip.ModelInferRequest;
import dev.attune.schemas.oip.ModelInferResponse;
import dev.attune.schemas.oip.ModelInferResponse.InferOutputTensor;
import dev.attune.schemas.oip.ServerReadyRequest;
import dev.attune.schemas.oip.ServerReadyResponse;
import io.grpc.InsecureServerCredentials;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/** The service's gRPC server without its work: every call gets the same answer at once. */
public final class EmptyCall extends GRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase {
  private final ModelInferResponse answer;

  private EmptyCall(int classes) {
    InferTensorContents.Builder probabilities = InferTensorContents.newBuilder();
    for (int i = 0; i < classes; i++) {
      probabilities.addFp32Contents(1f / classes);
    }
    answer =
        ModelInferResponse.newBuilder()
            .setModelName("intent")
            .addOutputs(
                InferOutputTensor.newBuilder()
                    .setName("probabilities")
                    .setDatatype("FP32")
                    .addShape(1)
                    .addShape(classes)
                    .setContents(probabilities))
            .build();
  }

  @Override
  public void modelInfer(ModelInferRequest request, StreamObserver<ModelInferResponse> caller) {
    caller.onNext(answer);
    caller.onCompleted();
  }

  @Override
  public void serverReady(ServerReadyRequest request, StreamObserver<ServerReadyResponse> caller) {
    caller.onNext(ServerReadyResponse.newBuilder().setReady(true).build());
    caller.onCompleted();
  }

  /** Port and number of classes. */
  public static void main(String[] arguments) throws Exception {
    NettyServerBuilder.forAddress(
            new InetSocketAddress("127.0.0.1", Integer.parseInt(arguments[0])),
            InsecureServerCredentials.create())
        .executor(Executors.newVirtualThreadPerTaskExecutor())
        .addService(new EmptyCall(Integer.parseInt(arguments[1])))
        .build()
        .start()
        .awaitTermination();
  }
}

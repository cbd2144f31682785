package dev.attune.inference;

import dev.attune.predictions.Certificates;
import dev.attune.schemas.oip.GRPCInferenceServiceGrpc;
import dev.attune.schemas.oip.InferTensorContents;
import dev.attune.schemas.oip.ModelInferRequest;
import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;

/** Calls of the protected gRPC method, and how they end. */
public final class InferCalls {
  private InferCalls() {}

  /** Of a client that believes this server and has a certificate itself. */
  public static ChannelCredentials credentials(Certificates server, Certificates own)
      throws IOException {
    return TlsChannelCredentials.newBuilder()
        .trustManager(server.certificate().toFile())
        .keyManager(own.certificate().toFile(), own.key().toFile())
        .build();
  }

  /** What a call over a connection of its own is answered with. */
  public static Status.Code status(int port, ChannelCredentials credentials) {
    ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port, credentials).build();
    try {
      var request = ModelInferRequest.newBuilder().setModelName("intent").build();
      return status(() -> GRPCInferenceServiceGrpc.newBlockingStub(channel).modelInfer(request));
    } finally {
      channel.shutdownNow();
    }
  }

  /** One row for the model, and an id. */
  static ModelInferRequest.Builder row() {
    var contents =
        InferTensorContents.newBuilder()
            .addFp32Contents(1)
            .addFp32Contents(0.5f)
            .addFp32Contents(1)
            .addFp32Contents(0);
    return ModelInferRequest.newBuilder()
        .setModelName("intent")
        .setId("7")
        .addInputs(
            ModelInferRequest.InferInputTensor.newBuilder()
                .setName("features")
                .setDatatype("FP32")
                .addShape(1)
                .addShape(4)
                .setContents(contents));
  }

  /** How a call ends. */
  static Status.Code status(Runnable call) {
    try {
      call.run();
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }
}

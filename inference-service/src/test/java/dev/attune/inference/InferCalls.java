package dev.attune.inference;

import dev.attune.predictions.Certificates;
import dev.attune.schemas.oip.GRPCInferenceServiceGrpc;
import dev.attune.schemas.oip.ModelInferRequest;
import io.grpc.ChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.NettyChannelBuilder;
import java.io.IOException;

/** Calls of the protected gRPC method, each over a connection of its own. */
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

  /** What a call is answered with. */
  public static Status.Code status(int port, ChannelCredentials credentials) {
    ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port, credentials).build();
    try {
      var request = ModelInferRequest.newBuilder().setModelName("intent").build();
      var unused = GRPCInferenceServiceGrpc.newBlockingStub(channel).modelInfer(request);
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    } finally {
      channel.shutdownNow();
    }
  }
}

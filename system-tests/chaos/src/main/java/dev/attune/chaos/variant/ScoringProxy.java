package dev.attune.chaos.variant;

import dev.attune.local.stack.LocalKeys;
import dev.attune.schemas.grpc.Outcome;
import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.schemas.grpc.ScoreResponse;
import dev.attune.schemas.grpc.ScoringGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Predicate;

/**
 * Between feature-streams and inference-service: hands every call on, but those of some users,
 * which it answers as an instance does whose store is away for them.
 */
public final class ScoringProxy implements AutoCloseable {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final ManagedChannel inference;
  private final ScoringGrpc.ScoringStub stub;
  private final Server server;
  private volatile Predicate<String> failing = _ -> false;

  /**
   * @param inference the service's gRPC port; nobody has to listen there yet
   */
  ScoringProxy(int inference) throws IOException {
    Metadata secret = new Metadata();
    secret.put(AUTHORIZATION, "Bearer " + LocalKeys.SECRET);
    this.inference =
        NettyChannelBuilder.forAddress("127.0.0.1", inference)
            .usePlaintext()
            .directExecutor()
            .build();
    this.stub =
        ScoringGrpc.newStub(this.inference)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(secret));
    this.server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor()
            .addService(new Endpoint())
            .build()
            .start();
  }

  int port() {
    return server.getPort();
  }

  /** From now on. */
  public void fail(Predicate<String> users) {
    failing = users;
  }

  private final class Endpoint extends ScoringGrpc.ScoringImplBase {
    @Override
    public StreamObserver<ScoreRequest> score(StreamObserver<ScoreResponse> answers) {
      // gRPC's own wait before it connects again grows to minutes
      inference.resetConnectBackoff();
      var answering = new Answering(answers);
      return new Asking(stub.score(answering), answering);
    }
  }

  /** Answers come from the service and from here: one writer at a time. */
  private static final class Answering implements StreamObserver<ScoreResponse> {
    private final StreamObserver<ScoreResponse> client;
    private boolean ended;

    Answering(StreamObserver<ScoreResponse> client) {
      this.client = client;
    }

    @Override
    public synchronized void onNext(ScoreResponse answer) {
      if (!ended) {
        client.onNext(answer);
      }
    }

    @Override
    public synchronized void onError(Throwable failure) {
      if (!ended) {
        ended = true;
        client.onError(failure);
      }
    }

    @Override
    public synchronized void onCompleted() {
      if (!ended) {
        ended = true;
        client.onCompleted();
      }
    }
  }

  private final class Asking implements StreamObserver<ScoreRequest> {
    private final StreamObserver<ScoreRequest> service;
    private final Answering answers;

    Asking(StreamObserver<ScoreRequest> service, Answering answers) {
      this.service = service;
      this.answers = answers;
    }

    @Override
    public void onNext(ScoreRequest request) {
      if (failing.test(request.getUserId())) {
        answers.onNext(
            ScoreResponse.newBuilder()
                .setCallId(request.getCallId())
                .setOutcome(Outcome.UNAVAILABLE)
                .setDetail("made to fail")
                .build());
      } else {
        service.onNext(request);
      }
    }

    @Override
    public void onError(Throwable failure) {
      service.onError(failure);
    }

    @Override
    public void onCompleted() {
      service.onCompleted();
    }
  }

  @Override
  public void close() {
    var unused = server.shutdownNow();
    var unusedToo = inference.shutdownNow();
  }
}

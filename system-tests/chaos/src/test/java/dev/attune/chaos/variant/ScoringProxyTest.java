package dev.attune.chaos.variant;

import static org.assertj.core.api.Assertions.assertThat;

import dev.attune.schemas.grpc.Outcome;
import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.schemas.grpc.ScoreResponse;
import dev.attune.schemas.grpc.ScoringGrpc;
import io.grpc.ManagedChannel;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real gRPC on both sides: a service that stores everybody, and a client through the proxy. */
class ScoringProxyTest {
  private final Server service;
  private final ScoringProxy proxy;
  private final ManagedChannel channel;
  private final BlockingQueue<Object> got = new LinkedBlockingQueue<>();
  private final StreamObserver<ScoreRequest> calls;

  ScoringProxyTest() throws IOException {
    service = NettyServerBuilder.forPort(0).addService(new StoresAll()).build().start();
    proxy = new ScoringProxy(service.getPort());
    channel = NettyChannelBuilder.forAddress("127.0.0.1", proxy.port()).usePlaintext().build();
    calls = ScoringGrpc.newStub(channel).score(new Got());
  }

  @AfterEach
  void close() throws InterruptedException {
    channel.shutdownNow();
    proxy.close();
    service.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
  }

  @Test
  void failsTheUsersItIsToldToAndHandsOnTheOthers() throws InterruptedException {
    proxy.fail("bob"::equals);

    assertThat(outcome(1, "ada")).isEqualTo(Outcome.STORED);
    assertThat(outcome(2, "bob")).isEqualTo(Outcome.UNAVAILABLE);
    proxy.fail(_ -> false);
    assertThat(outcome(3, "bob")).isEqualTo(Outcome.STORED);
  }

  @Test
  void aServiceThatEndsIsSeenThroughIt() throws InterruptedException {
    assertThat(outcome(1, "ada")).isEqualTo(Outcome.STORED);

    service.shutdownNow();

    assertThat(next()).isInstanceOf(Throwable.class);
  }

  private Outcome outcome(int call, String user) throws InterruptedException {
    calls.onNext(ScoreRequest.newBuilder().setCallId(call).setUserId(user).build());
    ScoreResponse answer = (ScoreResponse) next();
    assertThat(answer.getCallId()).isEqualTo(call);
    return answer.getOutcome();
  }

  private Object next() throws InterruptedException {
    Object next = got.poll(20, TimeUnit.SECONDS);
    assertThat(next).isNotNull();
    return next;
  }

  private final class Got implements StreamObserver<ScoreResponse> {
    @Override
    public void onNext(ScoreResponse answer) {
      got.add(answer);
    }

    @Override
    public void onError(Throwable failure) {
      got.add(failure);
    }

    @Override
    public void onCompleted() {
      got.add(Status.OK.asException());
    }
  }

  private static final class StoresAll extends ScoringGrpc.ScoringImplBase {
    @Override
    public StreamObserver<ScoreRequest> score(StreamObserver<ScoreResponse> answers) {
      return new StreamObserver<>() {
        @Override
        public void onNext(ScoreRequest request) {
          answers.onNext(
              ScoreResponse.newBuilder()
                  .setCallId(request.getCallId())
                  .setOutcome(Outcome.STORED)
                  .build());
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onCompleted() {
          answers.onCompleted();
        }
      };
    }
  }
}

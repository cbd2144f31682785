package dev.attune.streams.bench.inference;

import dev.attune.schemas.grpc.Outcome;
import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.schemas.grpc.ScoreResponse;
import dev.attune.schemas.grpc.ScoringGrpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A scoring server that answers every call 5 ms after it came, any number at a time, save for users
 * whom it can't score.
 */
final class SlowModel extends ScoringGrpc.ScoringImplBase implements AutoCloseable {
  private static final long DELAY = TimeUnit.MILLISECONDS.toNanos(5);
  private static final int FLOW_CONTROL_WINDOW = 4 << 20;

  private final DelayQueue<Due> due = new DelayQueue<>();
  private final Thread answering = Thread.ofPlatform().daemon().name("model").start(this::answer);
  private final Server server;
  private volatile Predicate<String> fails = user -> false;

  SlowModel() throws IOException {
    server =
        NettyServerBuilder.forAddress(
                new InetSocketAddress("127.0.0.1", 0), InsecureServerCredentials.create())
            .directExecutor()
            .flowControlWindow(FLOW_CONTROL_WINDOW)
            .addService(this)
            .build()
            .start();
  }

  int port() {
    return server.getPort();
  }

  /** Who is answered "unavailable" from now on. */
  void fail(Predicate<String> users) {
    fails = users;
  }

  /** An answer to come; those of one stream are sent by one thread. */
  private record Due(long at, long callId, Outcome outcome, StreamObserver<ScoreResponse> caller)
      implements Delayed {
    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(at - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(at, ((Due) other).at);
    }
  }

  @Override
  public StreamObserver<ScoreRequest> score(StreamObserver<ScoreResponse> caller) {
    return new StreamObserver<>() {
      @Override
      public void onNext(ScoreRequest request) {
        Outcome outcome = fails.test(request.getUserId()) ? Outcome.UNAVAILABLE : Outcome.STORED;
        due.add(new Due(System.nanoTime() + DELAY, request.getCallId(), outcome, caller));
      }

      @Override
      public void onError(Throwable t) {
        // the client went away
      }

      @Override
      public void onCompleted() {
        caller.onCompleted();
      }
    };
  }

  private void answer() {
    try {
      while (true) {
        Due next = due.take();
        next.caller()
            .onNext(
                ScoreResponse.newBuilder()
                    .setCallId(next.callId())
                    .setOutcome(next.outcome())
                    .build());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    server.shutdownNow();
    answering.interrupt();
  }
}

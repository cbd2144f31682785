package dev.attune.system.scale;

import dev.attune.core.feature.ColumnKind;
import dev.attune.core.feature.FeatureSet;
import dev.attune.schemas.grpc.Category;
import dev.attune.schemas.grpc.Outcome;
import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.schemas.grpc.ScoreResponse;
import dev.attune.schemas.grpc.ScoringGrpc;
import dev.attune.schemas.grpc.TokenCounts;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * As many scoring calls as inference-service answers, a fixed number for each replica under way.
 * Each user has one replica, as with feature-streams, so the slowest replica holds the others up.
 */
public final class ScoringLoad implements AutoCloseable {
  private static final int UNDER_WAY = 256;
  private static final int USERS = 20_000;
  private static final int PATIENCE_SECONDS = 60;
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final List<ManagedChannel> channels = new ArrayList<>();
  private final List<StreamObserver<ScoreRequest>> replicas = new ArrayList<>();
  private final ScoreRequest row;

  /** An older call of the same user would not be stored. */
  private final String users = "scored-" + Long.toHexString(System.nanoTime()) + "-";

  private final AtomicLong calls = new AtomicLong();
  private final LongAdder answered = new LongAdder();
  private final int underWay;
  private final Semaphore free;
  private final CountDownLatch failed = new CountDownLatch(1);
  private volatile boolean running;

  /**
   * @param addresses host:port of each replica's gRPC
   * @param features that the live model reads
   */
  public ScoringLoad(List<String> addresses, String secret, FeatureSet features) {
    this.row = row(features);
    this.underWay = UNDER_WAY * addresses.size();
    this.free = new Semaphore(underWay);
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + secret);
    for (String address : addresses) {
      ManagedChannel channel =
          NettyChannelBuilder.forTarget(address).usePlaintext().directExecutor().build();
      channels.add(channel);
      replicas.add(
          ScoringGrpc.newStub(channel)
              .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
              .score(new Answers()));
    }
  }

  private static ScoreRequest row(FeatureSet features) {
    ScoreRequest.Builder row = ScoreRequest.newBuilder().setFeatureSetId(features.id());
    for (var column : features.columns()) {
      if (column.kind() == ColumnKind.NUMBER) {
        row.addNumbers(3.0);
      } else if (column.kind() == ColumnKind.CATEGORY) {
        row.addCategories(Category.newBuilder().setValue("/orders"));
      } else {
        row.addTokens(TokenCounts.getDefaultInstance());
      }
    }
    return row.build();
  }

  /** Answers a second in a load of this length. */
  public double run(Duration length) throws InterruptedException {
    long before = answered.sum();
    long began = System.nanoTime();
    running = true;
    while (free.tryAcquire()) {
      call();
    }
    boolean broken = failed.await(length.toNanos(), TimeUnit.NANOSECONDS);
    double rate = (answered.sum() - before) / ((System.nanoTime() - began) / 1e9);
    running = false;
    if (broken || !free.tryAcquire(underWay, PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException("a scoring call failed or was not answered");
    }
    free.release(underWay);
    return rate;
  }

  private void call() {
    long number = calls.incrementAndGet();
    long user = number % USERS;
    long now = System.currentTimeMillis();
    ScoreRequest request =
        row.toBuilder()
            .setCallId(number)
            .setUserId(users + user)
            .setOffset(number)
            .setOccurredAtMs(now)
            .setReceivedAtMs(now)
            .build();
    StreamObserver<ScoreRequest> replica = replicas.get((int) (user % replicas.size()));
    synchronized (replica) {
      replica.onNext(request);
    }
  }

  private final class Answers implements StreamObserver<ScoreResponse> {
    @Override
    public void onNext(ScoreResponse answer) {
      if (answer.getOutcome() != Outcome.STORED) {
        failed.countDown();
      }
      answered.increment();
      if (running) {
        call();
      } else {
        free.release();
      }
    }

    @Override
    public void onError(Throwable error) {
      failed.countDown();
    }

    @Override
    public void onCompleted() {
      failed.countDown();
    }
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }
}

package dev.attune.inference;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.Memberships;
import dev.attune.schemas.grpc.Category;
import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.schemas.grpc.ScoreResponse;
import dev.attune.schemas.grpc.ScoringGrpc;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** What feature-streams does: many calls on one stream, told apart by their ids. */
final class ScoringClient implements AutoCloseable {
  private final ManagedChannel channel;
  private final Channel authorized;
  private final StreamObserver<ScoreRequest> requests;
  private final Map<Long, CompletableFuture<ScoreResponse>> open = new ConcurrentHashMap<>();
  private final AtomicLong ids = new AtomicLong();
  private volatile @Nullable Throwable failure;

  ScoringClient(int port, @Nullable String secret) {
    channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    authorized = secret == null ? channel : authorized(channel, secret);
    requests = ScoringGrpc.newStub(authorized).score(new Answers());
  }

  private static Channel authorized(Channel channel, String secret) {
    var headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + secret);
    return ClientInterceptors.intercept(
        channel, MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  Channel channel() {
    return authorized;
  }

  static ScoreRequest.Builder request(String userId, long offset, FeatureRow row) {
    var request =
        ScoreRequest.newBuilder()
            .setUserId(userId)
            .setPartition(3)
            .setOffset(offset)
            .setOccurredAtMs(System.currentTimeMillis())
            .setReceivedAtMs(System.currentTimeMillis())
            .setSessionId("s-1")
            .setFeatureSetId(row.featureSetId())
            .addSegments("frustrated");
    for (double number : row.numbers()) {
      request.addNumbers(number);
    }
    for (String category : row.categories()) {
      request.addCategories(category == null ? Category.getDefaultInstance() : category(category));
    }
    Memberships of = row.memberships();
    if (of != null) {
      var memberships =
          dev.attune.schemas.grpc.Memberships.newBuilder().addAllDefinitions(of.definitions());
      for (boolean member : of.members()) {
        memberships.addMembers(member);
      }
      request.setMemberships(memberships);
    }
    if (row.message() != null) {
      request.setMessage(row.message());
    }
    return request;
  }

  private static Category category(String value) {
    return Category.newBuilder().setValue(value).build();
  }

  synchronized CompletableFuture<ScoreResponse> send(ScoreRequest.Builder request) {
    long id = ids.incrementAndGet();
    var answer = new CompletableFuture<ScoreResponse>();
    open.put(id, answer);
    requests.onNext(request.setCallId(id).build());
    Throwable ended = failure;
    if (ended != null) {
      answer.completeExceptionally(ended);
    }
    return answer;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private final class Answers implements StreamObserver<ScoreResponse> {
    @Override
    public void onNext(ScoreResponse response) {
      CompletableFuture<ScoreResponse> answer = open.remove(response.getCallId());
      if (answer == null || !answer.complete(response)) {
        throw new IllegalStateException("nobody asked for " + response.getCallId());
      }
    }

    @Override
    public void onError(Throwable t) {
      failure = t;
      open.values().forEach(answer -> answer.completeExceptionally(t));
    }

    @Override
    public void onCompleted() {
      onError(new IllegalStateException("the server ended the stream"));
    }
  }
}

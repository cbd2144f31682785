package dev.attune.streams.topology;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.Memberships;
import dev.attune.core.feature.TokenBag;
import dev.attune.schemas.Position;
import dev.attune.schemas.grpc.Category;
import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.schemas.grpc.TokenCounts;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts what inference-service has to know into its message. */
final class ScoreRequests {
  private ScoreRequests() {}

  static ScoreRequest score(
      String userId,
      @Nullable String sessionId,
      Position position,
      long occurredAt,
      long receivedAt,
      FeatureRow row,
      List<String> segments,
      Map<String, String> arms) {
    ScoreRequest.Builder request = versioned(userId, position, occurredAt, receivedAt);
    if (sessionId != null) {
      request.setSessionId(sessionId);
    }
    request.setFeatureSetId(row.featureSetId()).addAllSegments(segments).putAllArms(arms);
    for (double number : row.numbers()) {
      request.addNumbers(number);
    }
    for (String category : row.categories()) {
      request.addCategories(category(category));
    }
    for (TokenBag bag : row.tokens()) {
      request.addTokens(tokens(bag));
    }
    if (row.memberships() != null) {
      request.setMemberships(memberships(row.memberships()));
    }
    if (row.message() != null) {
      request.setMessage(row.message());
    }
    return request.build();
  }

  static ScoreRequest erase(String userId, Position position, long occurredAt, long receivedAt) {
    return versioned(userId, position, occurredAt, receivedAt).setErased(true).build();
  }

  private static ScoreRequest.Builder versioned(
      String userId, Position position, long occurredAt, long receivedAt) {
    return ScoreRequest.newBuilder()
        .setUserId(userId)
        .setEpoch(position.epoch())
        .setPartition(position.partition())
        .setOffset(position.offset())
        .setOccurredAtMs(occurredAt)
        .setReceivedAtMs(receivedAt);
  }

  private static Category category(@Nullable String value) {
    return value == null
        ? Category.getDefaultInstance()
        : Category.newBuilder().setValue(value).build();
  }

  private static dev.attune.schemas.grpc.Memberships memberships(Memberships of) {
    var memberships =
        dev.attune.schemas.grpc.Memberships.newBuilder().addAllDefinitions(of.definitions());
    for (boolean member : of.members()) {
      memberships.addMembers(member);
    }
    return memberships.build();
  }

  private static TokenCounts tokens(TokenBag bag) {
    TokenCounts.Builder counts = TokenCounts.newBuilder();
    for (int i = 0; i < bag.size(); i++) {
      counts.addHashes(bag.hashes()[i]).addCounts(bag.counts()[i]);
    }
    return counts.build();
  }
}

package dev.attune.inference.scoring;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.feature.Memberships;
import dev.attune.core.feature.TokenBag;
import dev.attune.schemas.Position;
import dev.attune.schemas.grpc.Category;
import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.schemas.grpc.TokenCounts;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Translates the wire's request into a task. */
final class RequestReader {
  private RequestReader() {}

  /**
   * @throws IllegalArgumentException when it is malformed; the message names no user
   */
  static ScoreTask read(ScoreRequest request) {
    if (request.getUserId().isEmpty()) {
      throw new IllegalArgumentException("user_id is missing");
    }
    // unsigned on the wire: a value past the signed range arrives negative and is refused here
    var position = new Position(request.getEpoch(), request.getPartition(), request.getOffset());
    if (request.getErased()) {
      return new ScoreTask.Erase(request.getUserId(), position);
    }
    return new ScoreTask.Score(
        request.getUserId(),
        request.hasSessionId() ? request.getSessionId() : null,
        position,
        request.getOccurredAtMs(),
        request.getReceivedAtMs(),
        row(request),
        List.copyOf(request.getSegmentsList()),
        request.getArmsMap());
  }

  private static FeatureRow row(ScoreRequest request) {
    double[] numbers = new double[request.getNumbersCount()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = request.getNumbers(i);
    }
    @Nullable String[] categories = new @Nullable String[request.getCategoriesCount()];
    for (int i = 0; i < categories.length; i++) {
      Category category = request.getCategories(i);
      categories[i] = category.hasValue() ? category.getValue() : null;
    }
    TokenBag[] tokens =
        request.getTokensList().stream().map(RequestReader::bag).toArray(TokenBag[]::new);
    return new FeatureRow(
        request.getFeatureSetId(),
        numbers,
        categories,
        tokens,
        memberships(request),
        request.hasMessage() ? message(request.getMessage()) : null);
  }

  /** Its time grows with its length. */
  private static String message(String given) {
    if (given.length() > FeatureSet.LONGEST_MESSAGE) {
      throw new IllegalArgumentException(
          "a message has more than " + FeatureSet.LONGEST_MESSAGE + " characters");
    }
    return given;
  }

  private static @Nullable Memberships memberships(ScoreRequest request) {
    if (!request.hasMemberships()) {
      return null;
    }
    var given = request.getMemberships();
    if (given.getDefinitionsCount() != given.getMembersCount()) {
      throw new IllegalArgumentException("there are unequally many segments and memberships");
    }
    boolean[] members = new boolean[given.getMembersCount()];
    for (int i = 0; i < members.length; i++) {
      members[i] = given.getMembers(i);
    }
    return new Memberships(List.copyOf(given.getDefinitionsList()), members);
  }

  private static TokenBag bag(TokenCounts tokens) {
    if (tokens.getHashesCount() != tokens.getCountsCount()) {
      throw new IllegalArgumentException("a text feature has unequally many hashes and counts");
    }
    int[] hashes = new int[tokens.getHashesCount()];
    int[] counts = new int[hashes.length];
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = tokens.getHashes(i);
      counts[i] = tokens.getCounts(i);
    }
    return new TokenBag(hashes, counts);
  }
}

package dev.attune.responses.recent;

import dev.attune.schemas.avro.RecentConversation;
import dev.attune.schemas.avro.RecentReply;
import dev.attune.schemas.avro.RecentUser;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A user in a list.
 *
 * @param lastActiveAt when the newest event was received, or the newest reply given
 * @param channel of the newest event that tells one
 * @param locale of the newest event that tells one
 * @param intent that the newest reply knew
 * @param sessions that began since the user is listed without a break
 * @param conversations sessions of late with a message or a reply, at most three
 */
record ListedUser(
    String userId,
    Instant lastActiveAt,
    @Nullable String channel,
    @Nullable String locale,
    List<String> segments,
    @Nullable String intent,
    int sessions,
    int conversations) {
  static ListedUser of(RecentUser user) {
    return new ListedUser(
        user.getUserId(),
        Instant.ofEpochMilli(user.getLastActiveAt()),
        user.getChannel(),
        user.getLocale(),
        user.getSegments(),
        intent(user.getConversations()),
        user.getSessions(),
        (int) user.getConversations().stream().filter(ListedConversation::isTalk).count());
  }

  private static @Nullable String intent(List<RecentConversation> conversations) {
    return conversations.reversed().stream()
        .flatMap(conversation -> conversation.getReplies().reversed().stream())
        .map(RecentReply::getIntent)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }
}

package dev.attune.responses.recent;

import dev.attune.core.user.ErasedUsers;
import dev.attune.kafka.KafkaSettings;
import dev.attune.kafka.reader.StartAt;
import dev.attune.kafka.registry.AvroDeserializer;
import dev.attune.kafka.registry.SchemaRegistryClient;
import dev.attune.responses.erasure.ErasureLog;
import dev.attune.responses.topic.WholeTopicFollower;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.RecentConversation;
import dev.attune.schemas.avro.RecentUser;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import org.springframework.stereotype.Component;

/**
 * The newest users of the topic {@code recent-users}, some kilobytes each, in memory. Erased ones
 * are passed over from the moment at which they asked for it; feature-streams takes them out.
 */
@Component
class RecentUsersLog extends WholeTopicFollower<RecentUser> {
  /** Users of all partitions together: more than a person looks through. */
  static final int KEPT = 2_000;

  /** Of each partition: the list was written so often while so many users were active. */
  private static final int TAIL = 2_000;

  /** The topic keeps no older ones, so a restart would lose them. */
  private static final Duration OLDEST = Duration.ofDays(30);

  private final ConcurrentSkipListMap<Key, RecentUser> newest =
      new ConcurrentSkipListMap<>(
          Comparator.comparingLong(Key::lastActiveAt).thenComparing(Key::userId));

  /** Only of the follower's thread. */
  private final Map<String, Key> keys = new HashMap<>();

  private final ErasureLog erasures;
  private final Clock clock;

  private record Key(long lastActiveAt, String userId) {}

  RecentUsersLog(
      KafkaSettings kafka,
      Topics topics,
      SchemaRegistryClient registry,
      ErasureLog erasures,
      Clock clock) {
    super(
        kafka,
        topics.recentUsers(),
        new AvroDeserializer<>(registry, RecentUser.class),
        new StartAt.Tail(TAIL));
    this.erasures = erasures;
    this.clock = clock;
  }

  @Override
  protected void remember(RecentUser user, long offset) {
    Key key = new Key(user.getLastActiveAt(), user.getUserId());
    newest.put(key, user);
    Key before = keys.put(user.getUserId(), key);
    if (before != null && !before.equals(key)) {
      newest.remove(before);
    }
    while (newest.size() > KEPT) {
      keys.remove(newest.pollFirstEntry().getKey().userId());
    }
  }

  @Override
  protected void forget(String userId) {
    Key key = keys.remove(userId);
    if (key != null) {
      newest.remove(key);
    }
  }

  /** False: who was erased is not known yet, so nobody may be told of. */
  boolean isReadable() {
    return erasures.isComplete();
  }

  /** Those who were active last come first. */
  List<RecentUser> users() {
    long oldest = clock.millis() - OLDEST.toMillis();
    ErasedUsers erased = erasures.erased();
    return newest.descendingMap().values().stream()
        .takeWhile(user -> user.getLastActiveAt() >= oldest)
        .filter(user -> !erased.excludes(user.getUserId(), user.getLastActiveAt()))
        .map(user -> withoutErased(user, erased))
        .toList();
  }

  /** A reply of before an erasure may have come after it. */
  private static RecentUser withoutErased(RecentUser user, ErasedUsers erased) {
    boolean allHeld =
        user.getConversations().stream()
            .filter(conversation -> !conversation.getReplies().isEmpty())
            .map(conversation -> conversation.getReplies().getFirst().getDecidedAt())
            .noneMatch(first -> erased.excludes(user.getUserId(), first));
    if (allHeld) {
      return user;
    }
    RecentUser rest = RecentUser.newBuilder(user).build();
    for (RecentConversation conversation : rest.getConversations()) {
      conversation.setReplies(
          conversation.getReplies().stream()
              .filter(reply -> !erased.excludes(user.getUserId(), reply.getDecidedAt()))
              .toList());
    }
    return rest;
  }
}

package dev.attune.core.recent;

import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.RecentUser;
import dev.attune.schemas.avro.Session;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The users who were active last, so many and no more. Whoever is active comes to the end, and
 * whoever is first leaves when there is one too many. An event costs a look-up in a map: what
 * changed is told now and then by {@link #changes}, each user once. Owned by one thread.
 *
 * <p>Invariant: a user of whom a record was told is listed, or is still to be told as gone.
 */
public final class RecentUsers {
  private final int most;
  private final long gap;

  /** In the order of their last activity. */
  private final LinkedHashMap<String, UserActivity> users = new LinkedHashMap<>();

  /** Those whose first change is the oldest come first. */
  private final Set<String> changed = new LinkedHashSet<>();

  private final Set<String> told = new HashSet<>();

  /**
   * @param most how many are listed
   * @param gap the longest silence within a session, in milliseconds
   */
  public RecentUsers(int most, long gap) {
    this.most = most;
    this.gap = gap;
  }

  /**
   * A user as listed now.
   *
   * @param record null: no longer listed
   */
  public record Change(String userId, @Nullable RecentUser record) {}

  /** Goes on with what was told before a restart. */
  public void restore(List<RecentUser> records) {
    records.stream()
        .sorted(Comparator.comparingLong(RecentUser::getLastActiveAt))
        .forEach(
            record -> {
              told.add(record.getUserId());
              users.putLast(record.getUserId(), UserActivity.of(record));
              makeRoom();
            });
  }

  public void happened(InteractionEvent event) {
    user(event.getUserId()).happened(event, gap);
  }

  public void decided(Decision decision) {
    user(decision.getUserId()).decided(decision, gap);
  }

  /** Changes what is listed of the user, but whether he is listed only activity decides. */
  public void said(Session session) {
    UserActivity user = users.get(session.getUserId());
    if (user != null && user.said(session)) {
      changed.add(session.getUserId());
    }
  }

  /** Nothing of a user is known here any more, nor will be told. */
  public void erased(String userId) {
    users.remove(userId);
    changed.remove(userId);
    told.remove(userId);
  }

  /** All are to be told, also those who were. */
  public void tellAll() {
    changed.addAll(users.keySet());
  }

  /**
   * What has changed and wasn't told yet.
   *
   * @param atMost the rest is left for the next time
   * @param segments of a user, now
   */
  public List<Change> changes(int atMost, Function<String, List<String>> segments) {
    List<Change> changes = new ArrayList<>();
    Iterator<String> waiting = changed.iterator();
    while (waiting.hasNext() && changes.size() < atMost) {
      String userId = waiting.next();
      waiting.remove();
      UserActivity user = users.get(userId);
      changes.add(new Change(userId, user == null ? null : user.record(segments.apply(userId))));
      if (user == null) {
        told.remove(userId);
      } else {
        told.add(userId);
      }
    }
    return changes;
  }

  private UserActivity user(String userId) {
    UserActivity known = users.get(userId);
    UserActivity user = known == null ? UserActivity.of(userId) : known;
    users.putLast(userId, user);
    changed.add(userId);
    makeRoom();
    return user;
  }

  private void makeRoom() {
    if (users.size() <= most) {
      return;
    }
    Iterator<String> oldest = users.keySet().iterator();
    String gone = oldest.next();
    oldest.remove();
    if (told.contains(gone)) {
      changed.add(gone);
    } else {
      changed.remove(gone);
    }
  }
}

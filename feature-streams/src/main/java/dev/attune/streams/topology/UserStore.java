package dev.attune.streams.topology;

import dev.attune.core.user.UserState;
import dev.attune.core.user.UserUpdate;
import dev.attune.schemas.avro.Decision;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * The users of one task: one row each. A commit has the newest row of every user whom the events
 * before it changed. All methods belong to the stream thread, except {@link #get}, which any thread
 * may call.
 */
public interface UserStore extends StateStore, ReadOnlyKeyValueStore<String, byte[]> {
  /** The user's state, not to be changed; null for nobody. */
  @Nullable UserState find(String userId);

  /**
   * Whether a reply was given before its user was erased. It may be read after the erasure, since
   * it is of another topic, and must not bring the user back.
   */
  default boolean isOfErased(Decision decision) {
    UserState state = find(decision.getUserId());
    return state != null
        && state.isErased()
        && decision.getDecidedAt() <= state.newestReceivedMillis();
  }

  /** Applies what an event, or time, does to a user; a user who isn't there yet is added. */
  UserUpdate change(String userId, Function<@Nullable UserState, UserUpdate> change);

  /**
   * Changes a user, if there is one of this id.
   *
   * @param change returns whether it changed anything
   * @return the same; false when there is no such user
   */
  boolean amend(String userId, Predicate<UserState> change);

  /**
   * Sends something no later than the commit that has the user's changed row. Of several for one
   * user the last is sent; those before it may be left out.
   */
  void sendWithRow(String userId, Runnable send);

  void delete(String userId);

  /** Writes every changed row now, instead of at the commit. */
  void writeNow();
}

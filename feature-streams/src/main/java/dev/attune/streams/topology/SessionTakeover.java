package dev.attune.streams.topology;

import dev.attune.schemas.avro.Session;
import java.util.LinkedHashSet;

/**
 * Takes over the sessions that the predecessor has told of one task's users: those of its last
 * minute, and those it closed otherwise because it was late itself. Otherwise they would be told
 * again with the same revisions.
 *
 * <p>There may be a million of them, and a transaction lasts seconds. So a user's are taken over
 * before anything else is done with the user, and the others' a few at a time.
 */
final class SessionTakeover {
  /** Users of one tick; each costs a look at the row. */
  static final int MOST_AT_ONCE = 500;

  private final TopologyContext shared;
  private final int partition;
  private final UserStore users;
  private final UserOutput out;

  private SaidSessions said = SaidSessions.NONE;

  /** Whose sessions weren't taken over yet. */
  private LinkedHashSet<String> left = new LinkedHashSet<>();

  SessionTakeover(TopologyContext shared, int partition, UserStore users, UserOutput out) {
    this.shared = shared;
    this.partition = partition;
    this.users = users;
    this.out = out;
  }

  /** To be told where the predecessor has stopped. */
  void begin() {
    said = shared.predecessor().sessions(partition);
    left = new LinkedHashSet<>(said.users());
  }

  /** To be told before a user is changed. */
  void before(String userId) {
    if (!left.isEmpty() && left.remove(userId)) {
      takeOver(userId);
    }
  }

  /** Goes on with users of whom nothing has come. */
  void goOn() {
    for (int i = 0; i < MOST_AT_ONCE && !left.isEmpty(); i++) {
      takeOver(left.removeFirst());
    }
    if (left.isEmpty() && said != SaidSessions.NONE) {
      said = SaidSessions.NONE;
      shared.predecessor().tookOver(partition);
    }
  }

  private void takeOver(String userId) {
    for (Session session : said.of(userId)) {
      if (users.amend(userId, state -> shared.engine().adopt(state, session))) {
        out.tellBranches(userId, session, shared.clock().millis());
      }
    }
  }
}

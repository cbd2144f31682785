package dev.attune.streams.topology;

import dev.attune.core.user.UserState;
import dev.attune.core.user.UserUpdate;
import java.time.Duration;
import java.util.List;

/** Closes the sessions of one task's users, and forgets erased users, when their time has come. */
final class SessionCloser {
  /** Closed in one go, so that a wave of endings doesn't hold up events. */
  private static final int MOST_AT_ONCE = 1_000;

  /** How long an erased user's id and position stay, so that the erasure can be sent again. */
  private static final Duration ERASED_KEPT = Duration.ofHours(1);

  /** More than two clocks differ, and than a tick may be late. */
  private static final long UNSURE_MILLIS = Duration.ofMinutes(1).toMillis();

  private final TopologyContext shared;
  private final UserStore users;
  private final SessionExpiries expiries;
  private final OwedScores owed;
  private final UserOutput out;
  private final SessionTakeover takeover;
  private long past = Long.MIN_VALUE;

  SessionCloser(
      TopologyContext shared,
      UserStore users,
      SessionExpiries expiries,
      OwedScores owed,
      UserOutput out,
      SessionTakeover takeover) {
    this.shared = shared;
    this.users = users;
    this.expiries = expiries;
    this.owed = owed;
    this.out = out;
    this.takeover = takeover;
  }

  /** Must be told when an event has opened a session. */
  void opened(UserState state) {
    state.sessionDeadline().ifPresent(deadline -> expiries.add(state.userId(), deadline));
  }

  /** Must be told when a user was erased. */
  void erased(String userId, long at) {
    expiries.add(userId, at + ERASED_KEPT.toMillis());
  }

  /** Closes what is due at a receipt time. */
  void closeDue(long now) {
    expiries.due(now, MOST_AT_ONCE).forEach(entry -> close(entry, now));
  }

  /**
   * Closes sessions while the predecessor's past is read: by the events' receipt time, as the
   * predecessor closed them by its clock. The last minute stays open, see {@link SessionTakeover}.
   * A look at the index a second is as good as one an event, and cheaper.
   */
  void passTo(long receivedAt) {
    long receipt = receivedAt - UNSURE_MILLIS;
    if (receipt < past + 1_000) {
      return;
    }
    past = receipt;
    List<SessionExpiries.Entry> due;
    do {
      due = expiries.due(receipt, MOST_AT_ONCE);
      due.forEach(entry -> close(entry, receipt));
    } while (!due.isEmpty());
  }

  private void close(SessionExpiries.Entry entry, long now) {
    expiries.remove(entry);
    takeover.before(entry.userId());
    UserState state = users.find(entry.userId());
    if (state == null) {
      return;
    }
    if (state.isErased()) {
      forget(state, now);
    } else if (state.sessionDeadline().isPresent()) {
      close(state, state.sessionDeadline().getAsLong(), now);
    }
  }

  /** The user may have had events since the entry was written. */
  private void close(UserState state, long deadline, long now) {
    if (deadline > now) {
      expiries.add(state.userId(), deadline);
      return;
    }
    UserUpdate update = users.change(state.userId(), _ -> shared.engine().expire(state, now));
    opened(update.state());
    shared.meters().sessionsExpired(update.sessions().size());
    out.sendChanges(state.userId(), update, now);
  }

  /**
   * Deletes an erased user's row once its time is over, unless the prediction store doesn't know of
   * the erasure yet. The entry may be that of a session before the erasure: then it is too early,
   * and a call under way would find no row to be repeated from.
   */
  private void forget(UserState state, long now) {
    long keptUntil = state.newestReceivedMillis() + ERASED_KEPT.toMillis();
    if (now < keptUntil) {
      expiries.add(state.userId(), keptUntil);
    } else if (owed.has(state.userId())) {
      erased(state.userId(), now);
    } else {
      users.delete(state.userId());
    }
  }
}

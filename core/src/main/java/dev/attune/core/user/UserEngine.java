package dev.attune.core.user;

import dev.attune.core.feature.FeatureColumn;
import dev.attune.core.feature.FeatureRow;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.feature.Hashes;
import dev.attune.core.feature.RowCache;
import dev.attune.core.feature.SessionFacts;
import dev.attune.core.feature.StateSlots;
import dev.attune.core.segment.SegmentSet;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.SegmentChange;
import dev.attune.schemas.avro.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The one way an event changes a user, online and offline. Time is the events' own: lateness is
 * judged against the user's newest event, so history can be replayed. The order in which events
 * within the grace arrive doesn't change what is read. Immutable and thread-safe; a state belongs
 * to one thread and is changed in place.
 */
public final class UserEngine {
  /** How much older than the user's newest event one may be and still count. */
  public static final Duration GRACE = Duration.ofHours(24);

  /** The internal event that empties a user. */
  public static final String ERASURE = "user_erased";

  private final FeatureSet features;
  private final SegmentSet segments;
  private final long gap;

  public UserEngine(FeatureSet features, SegmentSet segments, SessionPolicy sessions) {
    this.features = features;
    this.segments = segments;
    this.gap = sessions.gap().toMillis();
  }

  /** What its rows are made of. */
  public List<FeatureColumn> columns() {
    return features.columns();
  }

  /** Applies an event. The given state is changed and is the step's state. */
  public UserUpdate apply(@Nullable UserState state, InteractionEvent event, Position position) {
    if (event.getType().equals(ERASURE)) {
      return erase(state, event, position);
    }
    UserState user = state == null ? new UserState(event.getUserId(), position) : state;
    user.open(features);
    user.touch();
    user.moveTo(position);
    long receivedAt = event.getReceivedAt() > 0 ? event.getReceivedAt() : event.getOccurredAt();
    long time = Math.min(event.getOccurredAt(), receivedAt);
    long idHash = Hashes.of64(event.getEventId());
    user.seen().expire(Math.max(receivedAt, user.newestReceivedMillis()));
    if (user.seen().contains(idHash)) {
      return unchanged(user, Disposition.DUPLICATE);
    }
    if (user.hasEvents() && time < user.newestMillis() - GRACE.toMillis()) {
      return unchanged(user, Disposition.TOO_LATE);
    }
    user.counted(time, receivedAt, idHash);
    return count(user, event, time, idHash);
  }

  private UserUpdate count(UserState user, InteractionEvent event, long time, long idHash) {
    long newest = user.newestMillis();
    SessionPart part = user.sessions().partFor(event, time, gap, newest, features);
    part.add(event, time, idHash);
    features.observe(event, time, idHash, newest, user.slots(), part.slots());
    List<SessionSpan> spans = user.sessions().spans(gap);
    FeatureRow row = newestRow(user, spans);
    List<Session> closed = close(user, spans);
    List<String> before = user.segments();
    user.segments(segments.members(row, before));
    List<SegmentChange> changes = changes(user, event, before);
    FeatureRow whole = row.with(segments.memberships(user.segments()));
    return new UserUpdate(user, Disposition.COUNTED, whole, user.segments(), changes, closed);
  }

  /**
   * A row that was read again, with the segments by today's conditions. They are those of the
   * user's last counted event, unless the conditions were changed since: evaluated twice on one
   * row, conditions say the same.
   */
  private FeatureRow withSegments(FeatureRow row, UserState user) {
    return row.with(segments.memberships(segments.members(row, user.segments())));
  }

  private List<Session> close(UserState user, List<SessionSpan> spans) {
    long newest = user.newestMillis();
    List<Session> closed = user.sessions().close(spans, user.userId(), newest, gap, false);
    List<Session> settled =
        user.sessions()
            .settle(spans, user.userId(), newest - GRACE.toMillis() - gap, user, features);
    if (user.sessions().hasUnfinished(spans)) {
      user.deadline(user.newestReceivedMillis() + gap);
    } else {
      user.noDeadline();
    }
    if (settled.isEmpty()) {
      return inSegments(user, closed);
    }
    var all = new ArrayList<>(closed);
    all.addAll(settled);
    return inSegments(user, all);
  }

  /** Before the segments follow the event that closed a session: as they were in the session. */
  private static List<Session> inSegments(UserState user, List<Session> sessions) {
    sessions.forEach(session -> session.setSegments(user.segments()));
    return sessions;
  }

  /** Closes the sessions whose gap has passed by receipt time. */
  public UserUpdate expire(UserState state, long receiptNowMillis) {
    state.open(features);
    List<SessionSpan> spans = state.sessions().spans(gap);
    FeatureRow row = withSegments(newestRow(state, spans), state);
    List<Session> closed = List.of();
    var deadline = state.sessionDeadline();
    if (deadline.isPresent() && receiptNowMillis >= deadline.getAsLong()) {
      state.touch();
      closed = state.sessions().close(spans, state.userId(), state.newestMillis(), gap, true);
      state.noDeadline();
    }
    return new UserUpdate(
        state, Disposition.COUNTED, row, state.segments(), List.of(), inSegments(state, closed));
  }

  /**
   * Takes over what another engine has said of a session, so that it isn't said again with the same
   * revision.
   *
   * @return whether the state has changed
   */
  public boolean adopt(UserState state, Session said) {
    state.open(features);
    boolean changed = state.sessions().adopt(said, gap);
    if (changed) {
      state.touch();
    }
    return changed;
  }

  /**
   * Features and segments as of a time; one before the user's newest event reads as that event's.
   * With the current time, what fades is evaluated anew: windows, times since, decays, the session.
   */
  public FeatureRow read(UserState state, long asOfMillis) {
    state.open(features);
    List<SessionSpan> spans = state.sessions().spans(gap);
    long time = Math.max(asOfMillis, state.newestMillis());
    SessionSpan current = UserSessions.current(spans, time, gap);
    StateSlots session = sessionSlots(state, current);
    FeatureRow row = features.row(state.slots(), session, time, UserSessions.facts(spans, current));
    return withSegments(row, state);
  }

  private FeatureRow newestRow(UserState user, List<SessionSpan> spans) {
    long time = user.newestMillis();
    SessionSpan current = UserSessions.current(spans, time, gap);
    StateSlots session = sessionSlots(user, current);
    SessionFacts facts = UserSessions.facts(spans, current);
    RowCache last = user.lastRow();
    return last == null
        ? features.row(user.slots(), session, time, facts)
        : features.row(last, user.slots(), session, time, facts);
  }

  private StateSlots sessionSlots(UserState user, @Nullable SessionSpan current) {
    return current == null
        ? features.newSessionSlots()
        : current.slots(features, user.newestMillis());
  }

  private UserUpdate unchanged(UserState user, Disposition disposition) {
    FeatureRow row = withSegments(newestRow(user, user.sessions().spans(gap)), user);
    return new UserUpdate(user, disposition, row, user.segments(), List.of(), List.of());
  }

  /** Nothing stays but the position, so that a straggler can't bring the user back. */
  private UserUpdate erase(@Nullable UserState state, InteractionEvent event, Position position) {
    var empty = new UserState(event.getUserId(), position);
    empty.open(features);
    empty.touch();
    empty.markErased(event.getReceivedAt());
    List<String> before = state == null ? List.of() : state.segments();
    List<SegmentChange> changes = changes(empty, event, before);
    FeatureRow row = newestRow(empty, List.of()).with(segments.memberships(List.of()));
    return new UserUpdate(empty, Disposition.ERASED, row, List.of(), changes, List.of());
  }

  private static List<SegmentChange> changes(
      UserState user, InteractionEvent event, List<String> before) {
    if (before.equals(user.segments())) {
      return List.of();
    }
    var changes = new ArrayList<SegmentChange>();
    for (String left : before) {
      if (!user.segments().contains(left)) {
        changes.add(change(user, event, left, "left"));
      }
    }
    for (String entered : user.segments()) {
      if (!before.contains(entered)) {
        changes.add(change(user, event, entered, "entered"));
      }
    }
    return changes;
  }

  private static SegmentChange change(
      UserState user, InteractionEvent event, String segment, String change) {
    Position at = user.position();
    return new SegmentChange(
        user.userId(),
        segment,
        change,
        at.epoch(),
        at.partition(),
        at.offset(),
        event.getOccurredAt(),
        event.getReceivedAt());
  }
}

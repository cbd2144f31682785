package dev.attune.core.kpi;

import static java.util.Comparator.comparingLong;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import dev.attune.core.kpi.RecentReplies.Reply;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.Session;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What one user's sessions and issues have added to the KPIs, as long as a late event may change
 * it. A change takes the earlier version away and adds the new one, so nothing counts twice
 * whatever is said again. Mutable, owned by one thread.
 *
 * <p>A session counts on the day it began, an issue on the day it was opened; the intent and the
 * model are those of the last reply in the session, for an issue of the last one of the day before
 * its opening. The arms are those of all these replies.
 */
public final class UserKpis {
  private static final int VERSION = 5;

  /** With counts of an issue's openings and resolutions in place of the last opening. */
  private static final int COUNTED_ISSUES = 4;

  /** With one arm a reply at most, so that the holdout's rest was in none. */
  private static final int ONE_ARM = 3;

  /** Without arms of experiments. */
  private static final int NO_ARMS = 2;

  /** Without what people spent on their replies. */
  private static final int NO_HANDLING = 1;

  private static final long HOUR = 3_600_000;

  /** A reply to the session's last event comes after it. */
  private static final long REPLY_TIME = 60_000;

  /** A day of grace for late events and the longest gap a session may have, and some more. */
  private static final long CHANGEABLE = 48 * HOUR;

  /** Longer than sessions last, and than what was received waits to be read. */
  private static final long REPLIES_KEPT = 7 * 24 * HOUR;

  /** Open issues stay until they are resolved; who has more keeps the newest. */
  private static final int MOST_ISSUES = 64;

  /** More than a user's state keeps changeable, unless visitors share one user id. */
  private static final int MOST_CONVERSATIONS = 64;

  /** What slices gain or, with negative sums, lose. */
  public record Delta(List<KpiSlice> slices, KpiSums sums) {}

  private final List<Conversation> conversations;
  private final List<Issue> issues;
  private final RecentReplies replies;

  private UserKpis(List<Conversation> conversations, List<Issue> issues, RecentReplies replies) {
    this.conversations = conversations;
    this.issues = issues;
    this.replies = replies;
  }

  /**
   * @param arms that the user is in by this reply, {@code experiment/variant} each
   */
  public void decided(Decision decision, List<String> arms) {
    replies.add(decision, arms);
  }

  /** A session has finished, or a finished one was said again. */
  public List<Delta> said(Session session) {
    Conversation known = find(session);
    if (known != null && known.revision() >= session.getRevision()) {
      return List.of();
    }
    if (known == null && session.getRevision() > 1 && isFull()) {
      // it was counted before the row was full, most likely
      return List.of();
    }
    KpiDimensions place = known == null ? placeOf(session) : known.place();
    var change = new KpiSums();
    if (known != null) {
      conversations.remove(known);
      change.subtract(known.sums());
    }
    Conversation counted = Conversation.of(session, place);
    conversations.add(counted);
    change.add(counted.sums());
    long settled = session.getEndedAt() - CHANGEABLE;
    conversations.removeIf(old -> old.endedAt() < settled);
    if (conversations.size() > MOST_CONVERSATIONS) {
      conversations.remove(Collections.min(conversations, comparingLong(Conversation::endedAt)));
    }
    return List.of(new Delta(place.slices(), change));
  }

  private boolean isFull() {
    return conversations.size() >= MOST_CONVERSATIONS;
  }

  private @Nullable Conversation find(Session session) {
    return conversations.stream().filter(c -> c.isOf(session)).findFirst().orElse(null);
  }

  private KpiDimensions placeOf(Session session) {
    return place(
        session.getStartedAt(),
        session.getChannel(),
        List.copyOf(session.getSegments()),
        session.getStartedAt(),
        session.getEndedAt() + REPLY_TIME);
  }

  /**
   * An issue was opened or resolved; other events change nothing.
   *
   * @param segments the user's
   */
  public List<Delta> happened(InteractionEvent event, List<String> segments) {
    long at = event.getOccurredAt();
    return switch (event.getType()) {
      case "issue_opened" -> {
        KpiDimensions place = place(at, event.getChannel(), segments, at - 24 * HOUR, at);
        yield change(event.getIssueOpened().getIssueId(), at, issue -> issue.opened(at, place));
      }
      case "issue_resolved" ->
          change(event.getIssueResolved().getIssueId(), at, issue -> issue.resolved(at));
      default -> List.of();
    };
  }

  private List<Delta> change(String id, long now, UnaryOperator<Issue> event) {
    Issue known = issue(id);
    Issue changed = event.apply(known);
    issues.remove(known);
    issues.add(changed);
    issues.removeIf(old -> !old.isOpen() && old.newest() < now - CHANGEABLE);
    while (issues.size() > MOST_ISSUES) {
      issues.removeFirst();
    }
    KpiDimensions place = changed.place();
    if (place == null) {
      return List.of();
    }
    KpiSums change = changed.sums();
    change.subtract(known.sums());
    return List.of(new Delta(place.slices(), change));
  }

  private Issue issue(String id) {
    return issues.stream()
        .filter(i -> i.id().equals(id))
        .findFirst()
        .orElseGet(() -> Issue.unknown(id));
  }

  /** Nobody will hear of an erased user's open issues again: they no longer count as open. */
  public List<Delta> erased() {
    List<Delta> deltas = new ArrayList<>();
    for (Issue issue : issues) {
      if (issue.place() != null && issue.isOpen()) {
        var change = new KpiSums();
        change.subtract(issue.sums());
        deltas.add(new Delta(issue.place().slices(), change));
      }
    }
    return deltas;
  }

  /** Nothing is known of the user. */
  public boolean isEmpty() {
    return hasOnlyReplies() && replies.newest() == Long.MIN_VALUE;
  }

  /**
   * Whether only replies are known, and no session will come that they belong to: the user has sent
   * no events.
   *
   * @param now epoch milliseconds; what was received up to then has been read
   */
  public boolean isOver(long now) {
    return hasOnlyReplies() && replies.newest() < now - REPLIES_KEPT;
  }

  private boolean hasOnlyReplies() {
    return conversations.isEmpty() && issues.isEmpty();
  }

  /**
   * @param from when the replies were given that tell intent, model and arms
   */
  private KpiDimensions place(
      long at, @Nullable String channel, List<String> segments, long from, long to) {
    Reply reply = replies.latest(from, to);
    return new KpiDimensions(
        KpiDimensions.dayOf(at),
        Objects.requireNonNullElse(channel, KpiDimensions.UNKNOWN),
        reply == null ? KpiDimensions.UNKNOWN : reply.intent(),
        reply == null ? KpiDimensions.UNKNOWN : reply.model(),
        segments,
        replies.arms(from, to));
  }

  public byte[] toBytes() {
    var out = new ByteWriter(256);
    out.octet(VERSION);
    out.varint(conversations.size());
    conversations.forEach(conversation -> conversation.write(out));
    out.varint(issues.size());
    issues.forEach(issue -> issue.write(out));
    replies.write(out);
    return out.toByteArray();
  }

  /**
   * @param bytes null: nothing is known of the user yet
   */
  public static UserKpis fromBytes(byte @Nullable [] bytes) {
    if (bytes == null) {
      return new UserKpis(new ArrayList<>(), new ArrayList<>(), new RecentReplies());
    }
    var in = new ByteReader(bytes);
    int version = in.octet();
    if (version > VERSION || version < NO_HANDLING) {
      throw new IllegalStateException("unknown version of a KPI row: " + version);
    }
    boolean withArms = version > NO_ARMS;
    List<Conversation> conversations = new ArrayList<>();
    for (long n = in.varint(); n > 0; n--) {
      conversations.add(Conversation.read(in, withArms));
    }
    List<Issue> issues = new ArrayList<>();
    for (long n = in.varint(); n > 0; n--) {
      issues.add(version > COUNTED_ISSUES ? Issue.read(in) : Issue.readCounted(in, withArms));
    }
    return new UserKpis(conversations, issues, RecentReplies.read(in, arms(version)));
  }

  private static Function<ByteReader, List<String>> arms(int version) {
    if (version > ONE_ARM) {
      return RecentReplies::armsIn;
    }
    return version == ONE_ARM ? RecentReplies::oneArmIn : _ -> List.of();
  }
}

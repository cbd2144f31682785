package dev.attune.core.user;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import dev.attune.schemas.avro.AgentReplied;
import dev.attune.schemas.avro.Feedback;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.IssueOpened;
import dev.attune.schemas.avro.IssueResolved;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What happened in a part of a session. Sums, extremes and bounded sets only, so that parts can be
 * merged in any order.
 */
final class SessionTally {
  static final int EVENTS = 0;
  static final int MESSAGES = 1;
  static final int PAGE_VIEWS = 2;
  static final int CLICKS = 3;
  static final int AGENT_REPLIES = 4;
  static final int AUTOMATED_REPLIES = 5;
  static final int QUICK_REPLIES = 6;
  static final int OPENED = 7;
  static final int RESOLVED = 8;
  private static final int COUNTERS = 9;

  /** What a row holds beside the counters, as bits. */
  private static final int RATED = 1 << COUNTERS;

  private static final int CHANNEL = RATED << 1;
  private static final int HANDLED = CHANNEL << 1;

  /** Enough to tell what a session was about, few enough for the row. */
  private static final int MOST_NAMES = 8;

  private static final int LONGEST_NAME = 64;
  private static final long NOT_SAID = -1;

  private final long[] counters = new long[COUNTERS];
  private long firstOpened = Long.MAX_VALUE;
  private long lastResolved = Long.MIN_VALUE;
  private long ratedAt = Long.MIN_VALUE;
  private int ratedOrder;
  private double csat;

  /** Milliseconds that people spent; negative: nobody said. */
  private long handling = NOT_SAID;

  private long channelAt = Long.MAX_VALUE;
  private @Nullable String channel;
  private final TreeSet<String> categories = new TreeSet<>();
  private final TreeSet<String> decisions = new TreeSet<>();

  void add(InteractionEvent event, long time, long idHash) {
    counters[EVENTS]++;
    if (event.getChannel() != null) {
      channel(event.getChannel(), time);
    }
    switch (event.getType()) {
      case "message_sent" -> counters[MESSAGES]++;
      case "page_viewed" -> counters[PAGE_VIEWS]++;
      case "clicked" -> counters[CLICKS]++;
      case "agent_replied" -> replied(event.getAgentReplied());
      case "quick_reply_used" -> {
        counters[QUICK_REPLIES]++;
        var used = event.getQuickReplyUsed();
        decision(used == null ? null : used.getDecisionId());
      }
      case "issue_opened" -> opened(event.getIssueOpened(), time);
      case "issue_resolved" -> resolved(event.getIssueResolved(), time);
      case "feedback" -> rated(event.getFeedback(), time, (int) (idHash >>> 32));
      default -> {}
    }
  }

  private void replied(@Nullable AgentReplied reply) {
    counters[AGENT_REPLIES]++;
    if (reply != null && reply.getAutomated()) {
      counters[AUTOMATED_REPLIES]++;
    } else if (reply != null && reply.getResponseSeconds() != null) {
      handled(Math.max(0, Math.round(reply.getResponseSeconds() * 1e3)));
    }
  }

  private void handled(long millis) {
    handling = Math.max(0, handling) + millis;
  }

  private void opened(@Nullable IssueOpened issue, long time) {
    counters[OPENED]++;
    firstOpened = Math.min(firstOpened, time);
    category(issue == null ? null : issue.getCategory());
  }

  private void resolved(@Nullable IssueResolved issue, long time) {
    counters[RESOLVED]++;
    lastResolved = Math.max(lastResolved, time);
    category(issue == null ? null : issue.getCategory());
  }

  private void rated(@Nullable Feedback feedback, long time, int order) {
    if (feedback == null) {
      return;
    }
    decision(feedback.getDecisionId());
    if (feedback.getKind().equals("csat")) {
      rated(time, order, feedback.getScore());
    }
  }

  private void rated(long time, int order, double score) {
    if (time > ratedAt || (time == ratedAt && order > ratedOrder)) {
      ratedAt = time;
      ratedOrder = order;
      csat = score;
    }
  }

  /** The earliest event's; of two at once the alphabetically first, in whatever order they come. */
  private void channel(String name, long time) {
    boolean earlier =
        time < channelAt || (time == channelAt && (channel == null || name.compareTo(channel) < 0));
    if (earlier && name.length() <= LONGEST_NAME) {
      channelAt = time;
      channel = name;
    }
  }

  /** The first names in alphabetical order stay: a rule that no arrival order can change. */
  private void category(@Nullable String name) {
    if (name != null && name.length() <= LONGEST_NAME && categories.add(name)) {
      while (categories.size() > MOST_NAMES) {
        categories.pollLast();
      }
    }
  }

  /** The greatest ids stay: decision ids begin with their time. */
  private void decision(@Nullable String id) {
    if (id != null && id.length() <= LONGEST_NAME && decisions.add(id)) {
      while (decisions.size() > MOST_NAMES) {
        decisions.pollFirst();
      }
    }
  }

  void merge(SessionTally other) {
    for (int i = 0; i < COUNTERS; i++) {
      counters[i] += other.counters[i];
    }
    firstOpened = Math.min(firstOpened, other.firstOpened);
    lastResolved = Math.max(lastResolved, other.lastResolved);
    if (other.ratedAt != Long.MIN_VALUE) {
      rated(other.ratedAt, other.ratedOrder, other.csat);
    }
    if (other.handling != NOT_SAID) {
      handled(other.handling);
    }
    if (other.channel != null) {
      channel(other.channel, other.channelAt);
    }
    other.categories.forEach(this::category);
    other.decisions.forEach(this::decision);
  }

  int counter(int which) {
    return (int) Math.min(counters[which], Integer.MAX_VALUE);
  }

  TreeSet<String> categories() {
    return categories;
  }

  TreeSet<String> decisions() {
    return decisions;
  }

  @Nullable String channel() {
    return channel;
  }

  @Nullable Double csat() {
    return ratedAt == Long.MIN_VALUE ? null : (Double) csat;
  }

  /** What people spent on their answers; null when none of these said how long it took. */
  @Nullable Double handlingSeconds() {
    return handling == NOT_SAID ? null : (Double) (handling / 1e3);
  }

  /** First issue opened to last resolved; null while one is open or when there was none. */
  @Nullable Double resolutionSeconds() {
    boolean settled = counters[OPENED] > 0 && counters[RESOLVED] >= counters[OPENED];
    return settled ? (Double) (Math.max(0, lastResolved - firstOpened) / 1e3) : null;
  }

  /**
   * @param base what times are written as distances from: the start of the part
   */
  void write(long base, ByteWriter out) {
    int present = present();
    out.varint(present);
    for (long counter : counters) {
      if (counter != 0) {
        out.varint(counter);
      }
    }
    if (counters[OPENED] > 0) {
      out.zigzag(base - firstOpened);
    }
    if (counters[RESOLVED] > 0) {
      out.zigzag(base - lastResolved);
    }
    if ((present & RATED) != 0) {
      out.zigzag(base - ratedAt);
      out.fixed(ratedOrder);
      out.real(csat);
    }
    if (channel != null) {
      out.zigzag(base - channelAt);
      PackedText.write(channel, out);
    }
    if (handling != NOT_SAID) {
      out.varint(handling);
    }
    writeNames(categories, out);
    writeNames(decisions, out);
  }

  private int present() {
    int present = ratedAt != Long.MIN_VALUE ? RATED : 0;
    present |= channel != null ? CHANNEL : 0;
    present |= handling != NOT_SAID ? HANDLED : 0;
    for (int i = 0; i < COUNTERS; i++) {
      present |= counters[i] != 0 ? 1 << i : 0;
    }
    return present;
  }

  private static void writeNames(TreeSet<String> names, ByteWriter out) {
    out.varint(names.size());
    names.forEach(name -> PackedText.write(name, out));
  }

  static SessionTally read(long base, RowFormat format, ByteReader in) {
    var tally = new SessionTally();
    int present = (int) in.varint();
    for (int i = 0; i < COUNTERS; i++) {
      tally.counters[i] = (present & 1 << i) != 0 ? in.varint() : 0;
    }
    if (tally.counters[OPENED] > 0) {
      tally.firstOpened = base - in.zigzag();
    }
    if (tally.counters[RESOLVED] > 0) {
      tally.lastResolved = base - in.zigzag();
    }
    if ((present & RATED) != 0) {
      tally.ratedAt = base - in.zigzag();
      tally.ratedOrder = in.fixed();
      tally.csat = in.real();
    }
    if ((present & CHANNEL) != 0) {
      tally.channelAt = base - in.zigzag();
      tally.channel = format.text(in);
    }
    if ((present & HANDLED) != 0) {
      tally.handling = in.varint();
    }
    readNames(tally.categories, format, in);
    readNames(tally.decisions, format, in);
    return tally;
  }

  private static void readNames(TreeSet<String> names, RowFormat format, ByteReader in) {
    for (long n = in.varint(); n > 0; n--) {
      names.add(format.text(in));
    }
  }
}

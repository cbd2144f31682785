package dev.attune.core.kpi;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import dev.attune.core.experiment.Experiments;
import dev.attune.schemas.avro.Decision;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The newest replies that knew a prediction or belonged to an experiment: what a user seemed to
 * want when, who said so, and in which arm.
 */
final class RecentReplies {
  /** A session rarely has more; of a longer one the newest tell. */
  private static final int MOST = 16;

  /**
   * @param intent empty: no prediction was known
   * @param model empty, too, then
   * @param arm {@code experiment/variant}; empty: none
   */
  record Reply(long at, String intent, String model, String arm) {
    boolean isWithin(long from, long to) {
      return at >= from && at <= to;
    }
  }

  private final Deque<Reply> replies = new ArrayDeque<>();

  void add(Decision decision) {
    String model = decision.getModelVersion();
    boolean isKnown = model != null && !decision.getProbabilities().isEmpty();
    String arm = arm(decision);
    if (isKnown || !arm.isEmpty()) {
      // they are written highest first
      String intent = isKnown ? decision.getProbabilities().getFirst().getLabel() : "";
      add(new Reply(decision.getDecidedAt(), intent, isKnown ? model : "", arm));
    }
  }

  private static String arm(Decision decision) {
    return decision.getExperiment() != null && Experiments.armsCouldDiffer(decision)
        ? decision.getExperiment() + "/" + decision.getVariant()
        : "";
  }

  private void add(Reply reply) {
    replies.addLast(reply);
    if (replies.size() > MOST) {
      replies.removeFirst();
    }
  }

  /** The latest that knew a prediction within a time, both ends included. */
  @Nullable Reply latest(long from, long to) {
    for (Iterator<Reply> all = replies.descendingIterator(); all.hasNext(); ) {
      Reply reply = all.next();
      if (!reply.intent().isEmpty() && reply.isWithin(from, to)) {
        return reply;
      }
    }
    return null;
  }

  /** The arms within a time, both ends included, each once. */
  List<String> arms(long from, long to) {
    return replies.stream()
        .filter(reply -> reply.isWithin(from, to) && !reply.arm().isEmpty())
        .map(Reply::arm)
        .distinct()
        .toList();
  }

  void write(ByteWriter out) {
    out.varint(replies.size());
    for (Reply reply : replies) {
      out.zigzag(reply.at());
      out.text(reply.intent());
      out.text(reply.model());
      out.text(reply.arm());
    }
  }

  /**
   * @param withArms false: a row from before they were kept
   */
  static RecentReplies read(ByteReader in, boolean withArms) {
    var replies = new RecentReplies();
    for (long n = in.varint(); n > 0; n--) {
      replies.add(new Reply(in.zigzag(), in.text(), in.text(), withArms ? in.text() : ""));
    }
    return replies;
  }
}

package dev.attune.core.kpi;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import dev.attune.schemas.avro.Decision;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
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
   * @param arms {@code experiment/variant} each
   */
  record Reply(long at, String intent, String model, List<String> arms) {
    boolean isWithin(long from, long to) {
      return at >= from && at <= to;
    }
  }

  private final Deque<Reply> replies = new ArrayDeque<>();

  void add(Decision decision, List<String> arms) {
    String model = decision.getModelVersion();
    boolean isKnown = model != null && !decision.getProbabilities().isEmpty();
    if (isKnown || !arms.isEmpty()) {
      // they are written highest first
      String intent = isKnown ? decision.getProbabilities().getFirst().getLabel() : "";
      add(new Reply(decision.getDecidedAt(), intent, isKnown ? model : "", arms));
    }
  }

  private void add(Reply reply) {
    replies.addLast(reply);
    if (replies.size() > MOST) {
      replies.removeFirst();
    }
  }

  /** When the newest was given, epoch milliseconds; {@link Long#MIN_VALUE}: there is none. */
  long newest() {
    return replies.stream().mapToLong(Reply::at).max().orElse(Long.MIN_VALUE);
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
        .filter(reply -> reply.isWithin(from, to))
        .flatMap(reply -> reply.arms().stream())
        .distinct()
        .toList();
  }

  void write(ByteWriter out) {
    out.varint(replies.size());
    for (Reply reply : replies) {
      out.zigzag(reply.at());
      out.text(reply.intent());
      out.text(reply.model());
      out.varint(reply.arms().size());
      reply.arms().forEach(out::text);
    }
  }

  /**
   * @param arms reads those of a reply, as the row's version has them
   */
  static RecentReplies read(ByteReader in, Function<ByteReader, List<String>> arms) {
    var replies = new RecentReplies();
    for (long n = in.varint(); n > 0; n--) {
      replies.add(new Reply(in.zigzag(), in.text(), in.text(), arms.apply(in)));
    }
    return replies;
  }

  static List<String> armsIn(ByteReader in) {
    List<String> arms = new ArrayList<>();
    for (long n = in.varint(); n > 0; n--) {
      arms.add(in.text());
    }
    return List.copyOf(arms);
  }

  /** As it was when a reply had one arm at most. */
  static List<String> oneArmIn(ByteReader in) {
    String arm = in.text();
    return arm.isEmpty() ? List.of() : List.of(arm);
  }
}

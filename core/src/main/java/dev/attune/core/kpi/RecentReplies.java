package dev.attune.core.kpi;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import dev.attune.schemas.avro.Decision;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The newest replies that knew a prediction: what a user seemed to want when, and who said so. */
final class RecentReplies {
  /** A session rarely has more; of a longer one the newest tell. */
  private static final int MOST = 16;

  record Reply(long at, String intent, String model) {}

  private final Deque<Reply> replies = new ArrayDeque<>();

  void add(Decision decision) {
    String model = decision.getModelVersion();
    if (model == null || decision.getProbabilities().isEmpty()) {
      return;
    }
    // they are written highest first
    String intent = decision.getProbabilities().getFirst().getLabel();
    add(new Reply(decision.getDecidedAt(), intent, model));
  }

  private void add(Reply reply) {
    replies.addLast(reply);
    if (replies.size() > MOST) {
      replies.removeFirst();
    }
  }

  /** The latest within a time, both ends included. */
  @Nullable Reply latest(long from, long to) {
    for (Iterator<Reply> all = replies.descendingIterator(); all.hasNext(); ) {
      Reply reply = all.next();
      if (reply.at() >= from && reply.at() <= to) {
        return reply;
      }
    }
    return null;
  }

  void write(ByteWriter out) {
    out.varint(replies.size());
    for (Reply reply : replies) {
      out.zigzag(reply.at());
      out.text(reply.intent());
      out.text(reply.model());
    }
  }

  static RecentReplies read(ByteReader in) {
    var replies = new RecentReplies();
    for (long n = in.varint(); n > 0; n--) {
      replies.add(new Reply(in.zigzag(), in.text(), in.text()));
    }
    return replies;
  }
}

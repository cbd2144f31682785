package dev.attune.core.feature;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The newest (or oldest) few events with what they said. Ordered by time, ties by the event id's
 * hash: a total order, so which events stay doesn't depend on arrival. State: the first entry's
 * time, then distances; each entry with 32 bits of its id's hash and its payload.
 */
final class RecentEvents extends Accumulator {
  enum Payload {
    NONE,
    NUMBER,
    TEXT,
    TAG,
    BAG
  }

  private final Window window;
  private final int most;
  private final Payload payload;
  private final boolean oldest;

  RecentEvents(
      String source, Window window, int most, Payload payload, boolean oldest, boolean session) {
    super(
        (oldest ? "oldest " : "newest ")
            + most
            + " "
            + payload
            + " "
            + window.key()
            + " "
            + (session ? "session " : "")
            + source,
        session);
    this.window = window;
    this.most = most;
    this.payload = payload;
    this.oldest = oldest;
  }

  /** Where one event is kept, a newer one simply takes its place. */
  @Override
  void add(Observation o, StateSlots slots, long newest, UpdateBuffers work) {
    ByteReader in = work.open(this, slots);
    long kept = in.hasMore() ? in.zigzag() : Long.MAX_VALUE;
    if (most > 1 || kept >= o.time || o.time < newest) {
      super.add(o, slots, newest, work);
    } else if (!oldest) {
      replace(kept, in, o, slots, work);
    }
  }

  private void replace(
      long kept, ByteReader in, Observation o, StateSlots slots, UpdateBuffers work) {
    ByteWriter out = work.single();
    head(o, out);
    int payload = out.size();
    payload(o, out);
    in.skip(Integer.BYTES);
    boolean readsTheSame = window.contains(kept, o.time) && out.endsLike(payload, in);
    slots.put(slot(), out.toByteArray(), !readsTheSame);
  }

  @Override
  void single(Observation o, ByteWriter out) {
    head(o, out);
    payload(o, out);
  }

  private static void head(Observation o, ByteWriter out) {
    out.zigzag(o.time);
    out.fixed(o.order);
  }

  private void payload(Observation o, ByteWriter out) {
    switch (payload) {
      case NONE -> {}
      case NUMBER -> out.zigzag(o.micros);
      case TEXT -> out.text(o.text);
      case TAG -> out.octet(o.tag);
      case BAG -> writeBag(o.bag, out);
    }
  }

  @Override
  void merge(ByteReader a, ByteReader b, long newest, ByteWriter out) {
    var left = new Cursor(a);
    var right = new Cursor(b);
    long previous = 0;
    for (int kept = 0; kept < most && (left.valid || right.valid); kept++) {
      Cursor next = !right.valid || (left.valid && left.isBefore(right)) ? left : right;
      if (!window.contains(next.time, newest)) {
        return;
      }
      if (kept == 0) {
        out.zigzag(next.time);
      } else {
        out.varint(Math.abs(previous - next.time));
      }
      previous = next.time;
      out.fixed(next.order);
      next.copyPayload(out);
      next.advance();
    }
  }

  /** Seconds from the kept event to the time of reading; NaN when there is none. */
  double secondsSince(ReadContext context) {
    Cursor c = first(context);
    return c == null ? Double.NaN : Math.max(0, context.asOf() - c.time) / 1e3;
  }

  double number(ReadContext context) {
    Cursor c = first(context);
    return c == null ? Double.NaN : c.in.zigzag() / 1e6;
  }

  @Nullable String text(ReadContext context) {
    Cursor c = first(context);
    return c == null ? null : c.in.text();
  }

  /** The most frequent text; of equally frequent ones the newest. */
  @Nullable String top(ReadContext context) {
    var texts = new Texts();
    ByteReader in = context.open(this);
    long time = in.hasMore() ? in.zigzag() : Long.MIN_VALUE;
    while (in.hasMore() && context.contains(window, time)) {
      in.skip(Integer.BYTES);
      int from = in.skipBlock();
      texts.add(in.source(), from, in.position());
      time -= in.hasMore() ? in.varint() : 0;
    }
    return texts.mostFrequent();
  }

  /**
   * Texts as they stand in the state, in its order: only the one that is wanted becomes a string.
   */
  private final class Texts {
    private final int[] from = new int[most];
    private final int[] to = new int[most];
    private final int[] counts = new int[most];
    private int size;
    private byte[] source = {};

    void add(byte[] bytes, int start, int end) {
      source = bytes;
      int at = 0;
      while (at < size && !same(from[at], to[at], start, end)) {
        at++;
      }
      if (at == size) {
        from[at] = start;
        to[at] = end;
        size++;
      }
      counts[at]++;
    }

    /** Names differ in length or at their end mostly. */
    private boolean same(int from, int to, int start, int end) {
      return to - from == end - start
          && (to == from || source[to - 1] == source[end - 1])
          && Arrays.equals(source, from, to, source, start, end);
    }

    @Nullable String mostFrequent() {
      int best = 0;
      for (int i = 1; i < size; i++) {
        best = counts[i] > counts[best] ? i : best;
      }
      return size == 0
          ? null
          : new String(source, from[best], to[best] - from[best], StandardCharsets.UTF_8);
    }
  }

  /** Calls for each kept event in the window, in kept order, with its tag. */
  void forEachTag(ReadContext context, TagVisitor visitor) {
    for (var c = new Cursor(context.open(this)); usable(c, context); c.advance()) {
      int tag = payload == Payload.TAG ? c.in.octet() : 0;
      c.payloadRead();
      visitor.visit(c.time, tag);
    }
  }

  interface TagVisitor {
    void visit(long time, int tag);
  }

  TokenBag newestBag(ReadContext context) {
    Cursor c = first(context);
    return c == null ? TokenBag.EMPTY : readBag(c.in);
  }

  /** Calls for each kept bag in the window, newest first. */
  void forEachBag(ReadContext context, BagVisitor visitor) {
    for (var c = new Cursor(context.open(this)); usable(c, context); c.advance()) {
      TokenBag bag = readBag(c.in);
      c.payloadRead();
      visitor.visit(c.time, bag);
    }
  }

  interface BagVisitor {
    void visit(long time, TokenBag bag);
  }

  private @Nullable Cursor first(ReadContext context) {
    var cursor = new Cursor(context.open(this));
    return usable(cursor, context) ? cursor : null;
  }

  private boolean usable(Cursor cursor, ReadContext context) {
    return cursor.valid && context.contains(window, cursor.time);
  }

  private static void writeBag(TokenBag bag, ByteWriter out) {
    out.varint(bag.size());
    long previous = 0;
    for (int i = 0; i < bag.size(); i++) {
      long hash = bag.hashes()[i] & 0xFFFFFFFFL;
      out.varint(hash - previous);
      out.varint(bag.counts()[i]);
      previous = hash;
    }
  }

  private static TokenBag readBag(ByteReader in) {
    int size = (int) in.varint();
    int[] hashes = new int[size];
    int[] counts = new int[size];
    long previous = 0;
    for (int i = 0; i < size; i++) {
      previous += in.varint();
      hashes[i] = (int) previous;
      counts[i] = (int) in.varint();
    }
    return new TokenBag(hashes, counts);
  }

  /** Walks a state; stands before the payload of the current entry until it is read or skipped. */
  private final class Cursor {
    private final ByteReader in;
    private boolean valid;
    private boolean atPayload;
    private long time;
    private int order;

    Cursor(ByteReader in) {
      this.in = in;
      if (in.hasMore()) {
        time = in.zigzag();
        head();
      }
    }

    boolean isBefore(Cursor other) {
      if (time != other.time) {
        return oldest ? time < other.time : time > other.time;
      }
      return oldest ? order <= other.order : order >= other.order;
    }

    void payloadRead() {
      atPayload = false;
    }

    void copyPayload(ByteWriter out) {
      int from = in.position();
      skipPayload();
      out.raw(in.source(), from, in.position());
      atPayload = false;
    }

    void advance() {
      if (atPayload) {
        skipPayload();
      }
      valid = false;
      if (in.hasMore()) {
        long distance = in.varint();
        time = oldest ? time + distance : time - distance;
        head();
      }
    }

    private void head() {
      order = in.fixed();
      valid = true;
      atPayload = true;
    }

    private void skipPayload() {
      switch (payload) {
        case NONE -> {}
        case NUMBER -> in.varint();
        case TEXT -> in.skipBlock();
        case TAG -> in.skip(1);
        case BAG -> {
          for (long n = in.varint() * 2; n > 0; n--) {
            in.varint();
          }
        }
      }
    }
  }
}

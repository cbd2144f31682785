package dev.attune.core.user;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import dev.attune.core.feature.FeatureSet;
import dev.attune.core.feature.RowCache;
import dev.attune.core.feature.StateSlots;
import dev.attune.schemas.Position;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All that is kept of one user: one row. Its head is decoded at once, sessions and accumulators
 * only by a {@link UserEngine}, which knows the features. Mutable, owned by one thread.
 *
 * <p>Layout: version, flags, position, newest and first event time, newest receipt, deadline,
 * forgotten ids, user id, segments, experiment arms, seen ids; then sessions and slots, written
 * with ids of 24 bits so that a row can be read after {@code features.yaml} has changed.
 */
public final class UserState {
  private static final int ERASED = 1;
  private static final int HAS_EVENTS = 2;
  private static final int HAS_DEADLINE = 4;
  private static final int HAS_ARMS = 8;
  private static final int HAS_FIRST = 16;

  /** What an event may add to a row without another array being needed. */
  private static final int ROOM = 256;

  private final String userId;
  private Position position;
  private boolean erased;
  private long newest = Long.MIN_VALUE;
  private long first = Long.MIN_VALUE;
  private long newestReceived;
  private long deadline = Long.MIN_VALUE;
  private long forgotten;
  private List<String> segments = List.of();
  private Map<String, String> arms = Map.of();
  private SeenIds seen = new SeenIds();

  /** The encoded row while sessions and slots are not decoded. */
  private byte @Nullable [] encoded;

  /** Of the row last read. */
  private int length = ROOM;

  private int tail;
  private @Nullable FeatureSet features;
  private @Nullable UserSessions sessions;
  private @Nullable StateSlots slots;
  private boolean wasRead;
  private @Nullable RowCache lastRow;

  UserState(String userId, Position position) {
    this.userId = userId;
    this.position = position;
  }

  /** The row; decoding it and encoding it again gives the same bytes. */
  public byte[] toBytes() {
    if (encoded != null) {
      return encoded;
    }
    var out = new ByteWriter(length + ROOM);
    writeHead(RowFormat.NOW, out);
    if (features != null && sessions != null && slots != null) {
      sessions.write(base(), features, out);
      features.write(slots, false, out);
    }
    return out.toByteArray();
  }

  /**
   * @throws NewerRowException when a newer version wrote the row
   * @throws IllegalStateException when the bytes are no row of a known version
   */
  public static UserState fromBytes(byte[] bytes) {
    var in = new ByteReader(bytes);
    RowFormat format = RowFormat.of(in.octet());
    UserState state = readHead(in, format);
    state.encoded = bytes;
    state.length = bytes.length;
    state.tail = in.position();
    return state;
  }

  private void writeHead(RowFormat format, ByteWriter out) {
    boolean hasEvents = newest != Long.MIN_VALUE;
    boolean hasDeadline = deadline != Long.MIN_VALUE;
    out.octet(format.version());
    out.octet(
        (erased ? ERASED : 0)
            | (hasEvents ? HAS_EVENTS : 0)
            | (hasDeadline ? HAS_DEADLINE : 0)
            | (first == Long.MIN_VALUE ? 0 : HAS_FIRST)
            | (arms.isEmpty() ? 0 : HAS_ARMS));
    out.varint(position.epoch());
    out.varint(position.partition());
    out.varint(position.offset());
    out.text(userId);
    if (hasEvents) {
      out.zigzag(newest);
    }
    if (first != Long.MIN_VALUE) {
      out.varint(newest - first);
    }
    out.zigzag(newestReceived);
    if (hasDeadline) {
      out.zigzag(deadline - newestReceived);
    }
    out.varint(forgotten);
    out.varint(segments.size());
    segments.forEach(out::text);
    writeArms(out);
    seen.write(out);
  }

  private void writeArms(ByteWriter out) {
    if (!arms.isEmpty()) {
      out.varint(arms.size());
      arms.forEach(
          (experiment, variant) -> {
            out.text(experiment);
            out.text(variant);
          });
    }
  }

  private static Map<String, String> readArms(ByteReader in) {
    var arms = new TreeMap<String, String>();
    for (long n = in.varint(); n > 0; n--) {
      String experiment = in.text();
      arms.put(experiment, in.text());
    }
    return Collections.unmodifiableMap(arms);
  }

  private static UserState readHead(ByteReader in, RowFormat format) {
    int flags = in.octet();
    var position = new Position((int) in.varint(), (int) in.varint(), in.varint());
    var state = new UserState(in.text(), position);
    state.erased = (flags & ERASED) != 0;
    if ((flags & HAS_EVENTS) != 0) {
      state.newest = in.zigzag();
    }
    if ((flags & HAS_FIRST) != 0) {
      state.first = state.newest - in.varint();
    }
    state.newestReceived = in.zigzag();
    if ((flags & HAS_DEADLINE) != 0) {
      state.deadline = state.newestReceived + in.zigzag();
    }
    state.forgotten = in.varint();
    state.segments = readSegments(in);
    if ((flags & HAS_ARMS) != 0) {
      state.arms = readArms(in);
    }
    state.seen = format.seenIds(in);
    return state;
  }

  private static List<String> readSegments(ByteReader in) {
    int members = (int) in.varint();
    String[] segments = new String[members];
    for (int i = 0; i < members; i++) {
      segments[i] = in.text();
    }
    return List.of(segments);
  }

  /** Decodes sessions and slots for these features. */
  void open(FeatureSet wanted) {
    if (features == wanted && sessions != null) {
      return;
    }
    byte[] row = toBytes();
    encoded = row;
    features = wanted;
    wasRead = false;
    lastRow = null;
    var in = new ByteReader();
    in.reset(row, encodedTail(row), row.length);
    if (in.hasMore()) {
      sessions = UserSessions.read(base(), RowFormat.of(row[0]), wanted, in);
      slots = wanted.read(false, in);
    } else {
      sessions = new UserSessions();
      slots = wanted.newSlots();
    }
  }

  private int encodedTail(byte[] row) {
    if (tail == 0) {
      var in = new ByteReader(row);
      readHead(in, RowFormat.of(in.octet()));
      tail = in.position();
    }
    return tail;
  }

  /** The encoded row no longer says what this state does. */
  void touch() {
    encoded = null;
    tail = 0;
  }

  /** Times within the row are written as distances from here. */
  private long base() {
    return newest == Long.MIN_VALUE ? 0 : newest;
  }

  public String userId() {
    return userId;
  }

  /** Position of the last event applied, whatever became of it. */
  public Position position() {
    return position;
  }

  /**
   * Receipt time at which the open session has been silent for the gap; empty when none is open.
   */
  public OptionalLong sessionDeadline() {
    return deadline == Long.MIN_VALUE ? OptionalLong.empty() : OptionalLong.of(deadline);
  }

  /** The time of the user's newest event; Long.MIN_VALUE before the first. */
  public long newestMillis() {
    return newest;
  }

  /** The time of the user's first event; empty where a row of an earlier version didn't keep it. */
  public OptionalLong firstMillis() {
    return first == Long.MIN_VALUE ? OptionalLong.empty() : OptionalLong.of(first);
  }

  /** Receipt time of the newest counted event; of an erased user, of the erasure. */
  public long newestReceivedMillis() {
    return newestReceived;
  }

  public List<String> segments() {
    return segments;
  }

  /** The experiment arm first seen, by experiment: whoever saw one keeps it. */
  public Map<String, String> arms() {
    return arms;
  }

  /**
   * Keeps an arm unless the experiment has one already.
   *
   * @return whether the state has changed
   */
  public boolean keepArm(String experiment, String variant) {
    if (arms.containsKey(experiment)) {
      return false;
    }
    var more = new TreeMap<>(arms);
    more.put(experiment, variant);
    byte[] row = toBytes();
    int from = encodedTail(row);
    arms = Collections.unmodifiableMap(more);
    var out = new ByteWriter(row.length + 64);
    writeHead(RowFormat.of(row[0]).ofKeptTail(), out);
    tail = out.size();
    out.raw(row, from, row.length);
    encoded = out.toByteArray();
    return true;
  }

  /** True after an erasure, until the next event. */
  public boolean isErased() {
    return erased;
  }

  /** Event ids that were forgotten within their 24 h because there were too many. */
  public long forgottenIds() {
    return forgotten;
  }

  boolean hasEvents() {
    return newest != Long.MIN_VALUE;
  }

  void moveTo(Position to) {
    position = to;
  }

  void counted(long time, long receivedAt, long idHash) {
    erased = false;
    forgotten += seen.add(idHash, receivedAt);
    if (!hasEvents()) {
      first = time;
    } else if (first != Long.MIN_VALUE) {
      first = Math.min(first, time);
    }
    newest = Math.max(newest, time);
    newestReceived = Math.max(newestReceived, receivedAt);
  }

  void segments(List<String> members) {
    segments = members;
  }

  void deadline(long at) {
    deadline = at;
  }

  void noDeadline() {
    deadline = Long.MIN_VALUE;
  }

  void markErased(long receivedAt) {
    erased = true;
    newestReceived = receivedAt;
  }

  SeenIds seen() {
    return seen;
  }

  UserSessions sessions() {
    return java.util.Objects.requireNonNull(sessions);
  }

  StateSlots slots() {
    return java.util.Objects.requireNonNull(slots);
  }

  /**
   * What was read last, as of the newest event. Null at the first reading, since a state is often
   * decoded for one event alone.
   */
  @Nullable RowCache lastRow() {
    if (wasRead && lastRow == null) {
      lastRow = java.util.Objects.requireNonNull(features).nothingRead();
    }
    wasRead = true;
    return lastRow;
  }
}

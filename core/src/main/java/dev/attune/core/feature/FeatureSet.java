package dev.attune.core.feature;

import dev.attune.core.bytes.ByteReader;
import dev.attune.core.bytes.ByteWriter;
import dev.attune.core.bytes.Sha256;
import dev.attune.core.yaml.YamlNode;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The declared features of a playbook, compiled: accumulators that events feed, found by event
 * type, and formulas that make a vector of them. Immutable and thread-safe.
 */
public final class FeatureSet {
  /** A category is a short name. */
  static final int LONGEST_CATEGORY = 64;

  /** Characters of a message that a sentence encoder reads: some 200 words. */
  public static final int LONGEST_MESSAGE = 900;

  /** Raised when the meaning of kinds changes, so that old models refuse new vectors. */
  private static final String LANGUAGE = "attune features 1\n";

  private final String id;
  private final List<FeatureColumn> columns;
  private final RowReader reader;
  private final boolean hasMessage;
  private final Accumulator[] userAccumulators;
  private final Accumulator[] sessionAccumulators;
  private final Map<Integer, Integer> userSlotById;
  private final Map<Integer, Integer> sessionSlotById;
  private final WindowTiles[] sessionCounters;
  private final AccumulatorInput[][] byType;

  FeatureSet(
      List<Feature> features,
      List<Accumulator> accumulators,
      List<AccumulatorInput> bindings,
      List<WindowTiles> sessionCounters,
      @Nullable Feature message) {
    columns = columns(features);
    id = id(features);
    userAccumulators =
        accumulators.stream().filter(a -> !a.isSession()).toArray(Accumulator[]::new);
    sessionAccumulators =
        accumulators.stream().filter(Accumulator::isSession).toArray(Accumulator[]::new);
    userSlotById = place(userAccumulators);
    sessionSlotById = place(sessionAccumulators);
    reader =
        new RowReader(id, features, message, userAccumulators.length, sessionAccumulators.length);
    hasMessage = message != null;
    byType = byType(bindings);
    this.sessionCounters = sessionCounters.toArray(WindowTiles[]::new);
  }

  /** Reads {@code features.yaml}; faults go to the node's problems. */
  public static FeatureSet parse(YamlNode root) {
    return new FeatureParser(root).parse();
  }

  /**
   * A hash of order and meaning, which for features of sessions includes the gap: equal ids mean
   * interchangeable vectors.
   */
  public String id() {
    return id;
  }

  /** In declared order; a column's index counts within its kind. */
  public List<FeatureColumn> columns() {
    return columns;
  }

  /**
   * Whether rows have the newest message, as a playbook with an encoder asks for. It is no part of
   * the id: a model that knows nothing of it scores the same rows.
   */
  public boolean hasMessage() {
    return hasMessage;
  }

  public StateSlots newSlots() {
    return new StateSlots(userAccumulators.length);
  }

  public StateSlots newSessionSlots() {
    return new StateSlots(sessionAccumulators.length);
  }

  /** Lets the accumulators of the event's type hear of it. */
  public void observe(
      InteractionEvent event,
      long time,
      long idHash,
      long newest,
      StateSlots user,
      StateSlots session) {
    int type = EventTypes.indexOf(event.getType());
    if (type < 0) {
      return;
    }
    var o = new Observation();
    o.time = time;
    o.order = (int) (idHash >>> 32);
    var work = new UpdateBuffers();
    for (AccumulatorInput binding : byType[type]) {
      if (binding.take(event, o)) {
        Accumulator accumulator = binding.accumulator();
        accumulator.add(o, accumulator.isSession() ? session : user, newest, work);
      }
    }
  }

  /** Counts a session that no event can change any more. */
  public void sessionFinished(long start, long newest, StateSlots user) {
    var work = new UpdateBuffers();
    for (WindowTiles counter : sessionCounters) {
      counter.counted(start, work.single());
      work.mergeSingle(counter, user, newest);
    }
  }

  /** Merges the session slots of two parts of a session into the first. */
  public void mergeSessions(StateSlots into, StateSlots other, long newest) {
    var work = new UpdateBuffers();
    for (Accumulator accumulator : sessionAccumulators) {
      if (!other.isEmpty(accumulator.slot())) {
        work.merge(accumulator, into, other, newest);
      }
    }
  }

  /** What the first vector of a user's slots begins with. */
  public RowCache nothingRead() {
    return reader.nothingRead();
  }

  /** The vector as of a time. */
  public FeatureRow row(StateSlots user, StateSlots session, long asOf, SessionFacts sessions) {
    return reader.row(new ReadContext(user, session, asOf, sessions));
  }

  /**
   * The vector as of a time, read anew only where it may differ from the last one.
   *
   * @param last of the same user's slots, as of no later time; becomes this one
   */
  public FeatureRow row(
      RowCache last, StateSlots user, StateSlots session, long asOf, SessionFacts sessions) {
    return reader.row(last, user, session, new ReadContext(user, session, asOf, sessions));
  }

  public void write(StateSlots slots, boolean session, ByteWriter out) {
    Accumulator[] accumulators = session ? sessionAccumulators : userAccumulators;
    int present = 0;
    for (int i = 0; i < accumulators.length; i++) {
      present += slots.isEmpty(i) ? 0 : 1;
    }
    out.varint(present);
    for (int i = 0; i < accumulators.length; i++) {
      if (!slots.isEmpty(i)) {
        int accumulator = accumulators[i].id();
        out.octet(accumulator >>> 16);
        out.octet(accumulator >>> 8);
        out.octet(accumulator);
        slots.writeBlock(i, out);
      }
    }
  }

  /** Reads states; those of accumulators that are no longer declared are left behind. */
  public StateSlots read(boolean session, ByteReader in) {
    Accumulator[] accumulators = session ? sessionAccumulators : userAccumulators;
    Map<Integer, Integer> slotById = session ? sessionSlotById : userSlotById;
    var slots = new StateSlots(accumulators.length);
    int expected = 0;
    for (int n = (int) in.varint(); n > 0; n--) {
      int accumulator = in.octet() << 16 | in.octet() << 8 | in.octet();
      int from = in.skipBlock();
      while (expected < accumulators.length && accumulators[expected].id() != accumulator) {
        expected++;
      }
      if (expected < accumulators.length) {
        slots.load(expected++, in.source(), from, in.position());
      } else {
        Integer slot = slotById.get(accumulator);
        expected = 0;
        if (slot != null) {
          slots.load(slot, in.source(), from, in.position());
        }
      }
    }
    return slots;
  }

  private static Map<Integer, Integer> place(Accumulator[] accumulators) {
    var slots = new HashMap<Integer, Integer>();
    for (int i = 0; i < accumulators.length; i++) {
      accumulators[i].place(i);
      slots.put(accumulators[i].id(), i);
    }
    return Map.copyOf(slots);
  }

  private static AccumulatorInput[][] byType(List<AccumulatorInput> bindings) {
    AccumulatorInput[][] byType = new AccumulatorInput[EventTypes.count()][];
    for (int type = 0; type < byType.length; type++) {
      int wanted = type;
      byType[type] =
          bindings.stream()
              .filter(b -> b.source().isAny() || EventTypes.indexOf(b.source().type()) == wanted)
              .toArray(AccumulatorInput[]::new);
    }
    return byType;
  }

  private static List<FeatureColumn> columns(List<Feature> features) {
    int[] next = new int[ColumnKind.values().length];
    var columns = new ArrayList<FeatureColumn>();
    for (Feature feature : features) {
      ColumnKind kind = feature.kind();
      columns.add(new FeatureColumn(feature.name(), kind, next[kind.ordinal()]++));
    }
    return List.copyOf(columns);
  }

  private static String id(List<Feature> features) {
    var text = new StringBuilder(LANGUAGE);
    for (Feature feature : features) {
      text.append(feature.name()).append(" = ").append(feature.meaning()).append('\n');
    }
    return HexFormat.of().formatHex(Sha256.of(text.toString()), 0, 8);
  }
}

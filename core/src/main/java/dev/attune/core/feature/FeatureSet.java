package dev.attune.core.feature;

import dev.attune.core.feature.Feature.CategoryReading;
import dev.attune.core.feature.Feature.NumberReading;
import dev.attune.core.feature.Feature.TokenReading;
import dev.attune.core.playbook.YamlNode;
import dev.attune.schemas.avro.InteractionEvent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The declared features of a playbook, compiled: accumulators that events feed, found by event
 * type, and readings that make a vector of them. Immutable and thread-safe.
 */
public final class FeatureSet {

  static final int LONGEST_CATEGORY = 64;

  /** Raised when the meaning of kinds changes, so that old models refuse new vectors. */
  private static final String LANGUAGE = "attune features 1\n";

  private final String id;
  private final List<FeatureColumn> columns;
  private final NumberReading[] numbers;
  private final int[] numberOrder;
  private final CategoryReading[] categories;
  private final TokenReading[] tokens;
  private final Accumulator[] userAccumulators;
  private final Accumulator[] sessionAccumulators;
  private final Map<Integer, Integer> userSlots;
  private final Map<Integer, Integer> sessionSlots;
  private final Tiles[] sessionCounters;
  private final Binding[][] byType;

  FeatureSet(
      List<Feature> features,
      List<Accumulator> accumulators,
      List<Binding> bindings,
      List<Tiles> sessionCounters) {
    columns = columns(features);
    id = id(features);
    numbers = readings(features, NumberReading.class).toArray(NumberReading[]::new);
    categories = readings(features, CategoryReading.class).toArray(CategoryReading[]::new);
    tokens = readings(features, TokenReading.class).toArray(TokenReading[]::new);
    numberOrder = derivedLast(numbers);
    userAccumulators =
        accumulators.stream().filter(a -> !a.isSession()).toArray(Accumulator[]::new);
    sessionAccumulators =
        accumulators.stream().filter(Accumulator::isSession).toArray(Accumulator[]::new);
    userSlots = place(userAccumulators);
    sessionSlots = place(sessionAccumulators);
    byType = byType(bindings);
    this.sessionCounters = sessionCounters.toArray(Tiles[]::new);
  }

  /** Reads {@code features.yaml}; faults go to the node's problems. */
  public static FeatureSet parse(YamlNode root) {
    return new FeatureParser(root).parse();
  }

  /** A hash of order and meaning: equal ids mean interchangeable vectors. */
  public String id() {
    return id;
  }

  /** In declared order; a column's index counts within its kind. */
  public List<FeatureColumn> columns() {
    return columns;
  }

  public Cells newCells() {
    return new Cells(userAccumulators.length);
  }

  public Cells newSessionCells() {
    return new Cells(sessionAccumulators.length);
  }

  /** Lets the accumulators of the event's type hear of it. */
  public void observe(
      InteractionEvent event, long time, long idHash, long newest, Cells user, Cells session) {
    int type = EventTypes.indexOf(event.getType());
    if (type < 0) {
      return;
    }
    var o = new Observation();
    o.time = time;
    o.order = (int) (idHash >>> 32);
    var work = new Work();
    for (Binding binding : byType[type]) {
      if (binding.take(event, o)) {
        Accumulator accumulator = binding.accumulator();
        work.single.clear();
        accumulator.single(o, work.single);
        work.merge(accumulator, accumulator.isSession() ? session : user, newest);
      }
    }
  }

  /** Counts a session that no event can change any more. */
  public void sessionFinished(long start, long newest, Cells user) {
    var work = new Work();
    for (Tiles counter : sessionCounters) {
      work.single.clear();
      counter.counted(start, work.single);
      work.merge(counter, user, newest);
    }
  }

  /** Merges the session cells of two parts of a session into the first. */
  public void mergeSessions(Cells into, Cells other, long newest) {
    var work = new Work();
    for (Accumulator accumulator : sessionAccumulators) {
      if (!other.isEmpty(accumulator.slot())) {
        other.open(accumulator.slot(), work.b);
        work.mergeOpened(accumulator, into, newest);
      }
    }
  }

  /** The vector as of a time. */
  public FeatureRow row(Cells user, Cells session, long asOf, SessionFacts sessions) {
    var reads = new Reads(user, session, asOf, sessions);
    double[] values = new double[numbers.length];
    for (int i : numberOrder) {
      values[i] = numbers[i].read(reads, values);
    }
    @Nullable String[] texts = new @Nullable String[categories.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = categories[i].read(reads);
    }
    TokenBag[] bags = new TokenBag[tokens.length];
    for (int i = 0; i < bags.length; i++) {
      bags[i] = tokens[i].read(reads);
    }
    return new FeatureRow(id, values, texts, bags);
  }

  public void write(Cells cells, boolean session, ByteWriter out) {
    Accumulator[] accumulators = session ? sessionAccumulators : userAccumulators;
    int present = 0;
    for (int i = 0; i < accumulators.length; i++) {
      present += cells.isEmpty(i) ? 0 : 1;
    }
    out.varint(present);
    for (int i = 0; i < accumulators.length; i++) {
      if (!cells.isEmpty(i)) {
        int accumulator = accumulators[i].id();
        out.octet(accumulator >>> 16);
        out.octet(accumulator >>> 8);
        out.octet(accumulator);
        cells.writeBlock(i, out);
      }
    }
  }

  /** Reads cells; those of accumulators that are no longer declared are left behind. */
  public Cells read(boolean session, ByteReader in) {
    Accumulator[] accumulators = session ? sessionAccumulators : userAccumulators;
    Map<Integer, Integer> slots = session ? sessionSlots : userSlots;
    var cells = new Cells(accumulators.length);
    int expected = 0;
    for (int n = (int) in.varint(); n > 0; n--) {
      int accumulator = in.octet() << 16 | in.octet() << 8 | in.octet();
      int from = in.skipBlock();
      while (expected < accumulators.length && accumulators[expected].id() != accumulator) {
        expected++;
      }
      if (expected < accumulators.length) {
        cells.put(expected++, in.source(), from, in.position());
      } else {
        Integer slot = slots.get(accumulator);
        expected = 0;
        if (slot != null) {
          cells.put(slot, in.source(), from, in.position());
        }
      }
    }
    return cells;
  }

  /** Buffers of one change of a user's cells. */
  private static final class Work {

    private final ByteWriter single = new ByteWriter(64);
    private final ByteWriter merged = new ByteWriter(256);
    private final ByteReader a = new ByteReader();
    private final ByteReader b = new ByteReader();

    void merge(Accumulator accumulator, Cells cells, long newest) {
      single.read(b);
      mergeOpened(accumulator, cells, newest);
    }

    void mergeOpened(Accumulator accumulator, Cells cells, long newest) {
      merged.clear();
      accumulator.merge(cells.open(accumulator.slot(), a), b, newest, merged);
      byte[] result = merged.toByteArray();
      cells.put(accumulator.slot(), result, 0, result.length);
    }
  }

  private static Map<Integer, Integer> place(Accumulator[] accumulators) {
    var slots = new HashMap<Integer, Integer>();
    for (int i = 0; i < accumulators.length; i++) {
      accumulators[i].place(i);
      slots.put(accumulators[i].id(), i);
    }
    return Map.copyOf(slots);
  }

  private static Binding[][] byType(List<Binding> bindings) {
    Binding[][] byType = new Binding[EventTypes.count()][];
    for (int type = 0; type < byType.length; type++) {
      int wanted = type;
      byType[type] =
          bindings.stream()
              .filter(b -> b.source().isAny() || EventTypes.indexOf(b.source().type()) == wanted)
              .toArray(Binding[]::new);
    }
    return byType;
  }

  /** Ratios read other numbers, so they come last. */
  private static int[] derivedLast(NumberReading[] readings) {
    int[] order = new int[readings.length];
    int at = 0;
    for (int i = 0; i < readings.length; i++) {
      if (!(readings[i] instanceof Ratio)) {
        order[at++] = i;
      }
    }
    for (int i = 0; i < readings.length; i++) {
      if (readings[i] instanceof Ratio) {
        order[at++] = i;
      }
    }
    return order;
  }

  private static <R> List<R> readings(List<Feature> features, Class<R> kind) {
    return features.stream()
        .map(Feature::reading)
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
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
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(hash, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

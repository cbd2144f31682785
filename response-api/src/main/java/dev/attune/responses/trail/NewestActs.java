package dev.attune.responses.trail;

import dev.attune.schemas.avro.AuditRecord;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The newest acts of each kind, some hundred bytes each. Looks are many and erasures are few: a
 * common list would lose the few. One thread adds, any may read.
 */
final class NewestActs {
  /** Of each kind. */
  static final int KEPT = 2_000;

  /** There are about 40; what only a hostile writer can exceed is kept together. */
  private static final int KINDS = 100;

  private final Map<String, ConcurrentSkipListMap<Place, AuditRecord>> byAction =
      new ConcurrentHashMap<>();

  /**
   * Where an act stands among all. A record that is there twice has the same id.
   *
   * @param at milliseconds since 1970
   */
  record Place(long at, String id) implements Comparable<Place> {
    private static final Comparator<Place> BY_TIME =
        Comparator.comparingLong(Place::at).thenComparing(Place::id);

    static Place of(AuditRecord act) {
      return new Place(act.getAt(), act.getId());
    }

    /** As in the answer's {@code next}. */
    String text() {
      return at + "." + id;
    }

    /**
     * @throws IllegalArgumentException when it is no place
     */
    static Place parse(String text) {
      int dot = text.indexOf('.');
      if (dot < 0) {
        throw new IllegalArgumentException("no place of an act");
      }
      return new Place(Long.parseLong(text, 0, dot, 10), text.substring(dot + 1));
    }

    @Override
    public int compareTo(Place other) {
      return BY_TIME.compare(this, other);
    }
  }

  void add(AuditRecord act) {
    String action = act.getAction();
    String kind = byAction.containsKey(action) || byAction.size() < KINDS ? action : "other";
    var acts = byAction.computeIfAbsent(kind, unused -> new ConcurrentSkipListMap<>());
    acts.put(Place.of(act), act);
    while (acts.size() > KEPT) {
      acts.pollFirstEntry();
    }
  }

  /**
   * Newest first.
   *
   * @param before only older ones; null: from the newest on
   */
  List<AuditRecord> find(Predicate<AuditRecord> wanted, @Nullable Place before, int most) {
    return byAction.values().stream()
        .map(acts -> before == null ? acts : acts.headMap(before))
        .flatMap(acts -> acts.descendingMap().values().stream().filter(wanted).limit(most))
        .sorted(Comparator.comparing(Place::of).reversed())
        .limit(most)
        .toList();
  }
}

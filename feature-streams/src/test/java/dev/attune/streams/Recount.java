package dev.attune.streams;

import dev.attune.schemas.avro.SessionFeatures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares what came out with what went in: one row an event, and each user's newest row counts all
 * of the user's events.
 *
 * @param lost events without a row
 * @param twice rows of events that had one already
 * @param miscounted users whose newest row doesn't count their events
 */
record Recount(int lost, int twice, Set<String> miscounted) {
  /**
   * @param sent distinct event ids by user
   */
  static Recount of(Map<String, Set<String>> sent, List<SessionFeatures> rows) {
    Set<String> seen = new HashSet<>();
    Map<String, SessionFeatures> newest = new HashMap<>();
    int twice = 0;
    for (SessionFeatures row : rows) {
      twice += seen.add(row.getEventId()) ? 0 : 1;
      newest.merge(row.getUserId(), row, (a, b) -> a.getOffset() > b.getOffset() ? a : b);
    }
    List<String> lost = new ArrayList<>();
    Set<String> miscounted = new TreeSet<>();
    sent.forEach(
        (user, ids) -> {
          ids.stream().filter(id -> !seen.contains(id)).forEach(lost::add);
          SessionFeatures last = newest.get(user);
          if (last == null || last.getVector().getNumbers().getFirst() != ids.size()) {
            miscounted.add(user);
          }
        });
    return new Recount(lost.size(), twice, miscounted);
  }

  boolean isExact() {
    return lost == 0 && twice == 0 && miscounted.isEmpty();
  }
}

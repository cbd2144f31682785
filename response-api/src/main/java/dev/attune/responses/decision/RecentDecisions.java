package dev.attune.responses.decision;

import dev.attune.schemas.avro.Decision;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The newest decisions of this replica, by id. Safe for threads. */
final class RecentDecisions {

  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, Decision> byId;

  RecentDecisions(int capacity) {
    this.byId =
        new LinkedHashMap<>() {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Decision> eldest) {
            return size() > capacity;
          }
        };
  }

  void add(Decision decision) {
    lock.lock();
    try {
      byId.put(decision.getDecisionId(), decision);
    } finally {
      lock.unlock();
    }
  }

  @Nullable Decision find(String id) {
    lock.lock();
    try {
      return byId.get(id);
    } finally {
      lock.unlock();
    }
  }
}

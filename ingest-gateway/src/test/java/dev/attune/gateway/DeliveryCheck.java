package dev.attune.gateway;

import dev.attune.core.user.Disposition;
import dev.attune.core.user.UserEngine;
import dev.attune.core.user.UserState;
import dev.attune.core.user.UserUpdate;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.InteractionEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds what clients were told against what the topic holds. An event that was answered with 2xx is
 * there and counts once; one that nobody answered for is there or not; none is there more often
 * than it was sent. What counts is asked of the engine that counts in the pipeline.
 */
final class DeliveryCheck {
  private static final int MOST_FAULTS = 20;

  /** What became of an id, as its client saw it. */
  record Sent(int attempts, boolean accepted) {}

  /** An event as it lies in the topic. */
  record Stored(Position position, InteractionEvent event) {}

  private final UserEngine engine;
  private final List<String> faults = new ArrayList<>();

  private DeliveryCheck(UserEngine engine) {
    this.engine = engine;
  }

  /**
   * @param stored in the order of each partition
   * @return what is wrong, at most the first twenty
   */
  static List<String> faults(UserEngine engine, Map<String, Sent> sent, List<Stored> stored) {
    DeliveryCheck check = new DeliveryCheck(engine);
    check.check(sent, check.copies(stored), check.counted(stored));
    return check.faults;
  }

  private void check(
      Map<String, Sent> sent, Map<String, Integer> copies, Map<String, Integer> counted) {
    sent.forEach(
        (id, what) -> {
          int times = counted.getOrDefault(id, 0);
          if (what.accepted() && times == 0) {
            fault("lost: " + id);
          }
          if (times > 1) {
            fault("counted " + times + " times: " + id);
          }
          if (copies.getOrDefault(id, 0) > what.attempts()) {
            fault("stored more often than sent: " + id);
          }
        });
    copies.keySet().stream()
        .filter(id -> !sent.containsKey(id))
        .forEach(id -> fault("nobody sent: " + id));
  }

  private Map<String, Integer> copies(List<Stored> stored) {
    Map<String, Integer> copies = new HashMap<>();
    stored.forEach(record -> copies.merge(record.event().getEventId(), 1, Integer::sum));
    return copies;
  }

  private Map<String, Integer> counted(List<Stored> stored) {
    Map<String, UserState> users = new HashMap<>();
    Map<String, Integer> counted = new HashMap<>();
    for (Stored record : stored) {
      String user = record.event().getUserId();
      @Nullable UserState before = users.get(user);
      UserUpdate step = engine.apply(before, record.event(), record.position());
      users.put(user, step.state());
      if (step.disposition() == Disposition.COUNTED) {
        counted.merge(record.event().getEventId(), 1, Integer::sum);
      }
    }
    return counted;
  }

  private void fault(String fault) {
    if (faults.size() < MOST_FAULTS) {
      faults.add(fault);
    }
  }
}

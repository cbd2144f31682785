package dev.attune.simulation;

import dev.attune.schemas.avro.InteractionEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A world whose clock jumps, and that keeps what happened. */
public abstract class RecordedWorld implements World {
  private final String prefix;
  private final List<InteractionEvent> events = new ArrayList<>();
  private long clock;
  private int ids;

  /**
   * @param prefix of the events' ids
   */
  protected RecordedWorld(String prefix) {
    this.prefix = prefix;
  }

  /** Sets the clock, in epoch milliseconds. */
  protected final void jumpTo(long time) {
    clock = time;
  }

  /** What happened, oldest first. */
  public final List<InteractionEvent> events() {
    return events.stream()
        .sorted(Comparator.comparingLong(InteractionEvent::getOccurredAt))
        .toList();
  }

  @Override
  public final long now() {
    // no two events of a customer at the same instant
    return ++clock;
  }

  @Override
  public final String nextEventId() {
    return prefix + ids++;
  }

  @Override
  public void happens(InteractionEvent event) {
    events.add(event);
  }

  @Override
  public final void pass(double seconds) {
    clock += Math.round(seconds * 1_000);
  }
}

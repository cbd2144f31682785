package dev.attune.core.scoring;

import dev.attune.schemas.avro.InteractionEvent;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One user's rows that wait for their label. The first event that tells one tells it to all rows
 * within the declared time before it. One that speaks of a decision tells it to the row which that
 * was made from: the newest at the time of the decision.
 */
public final class OpenRows<R> {
  private final TrainingSpec.Label label;
  private final List<Open<R>> open = new ArrayList<>();
  private @Nullable String last;

  public OpenRows(TrainingSpec.Label label) {
    this.label = label;
  }

  private record Open<R>(R row, long time, @Nullable String previous) {}

  /**
   * A row that is one no longer.
   *
   * @param knownAt when the label was known, epoch milliseconds: whoever learns earlier can't know
   * @param previous the user's last label that was told before the row; null when there was none
   */
  public record Labelled<R>(R row, String label, long knownAt, @Nullable String previous) {}

  /** Whether rows are taken after this event. */
  public boolean isMoment(InteractionEvent event) {
    return label.moments().contains(event.getType());
  }

  /** A row as of an event. */
  public void add(R row, long time) {
    open.add(new Open<>(row, time, last));
  }

  /** The user's last label that was told so far. */
  public @Nullable String lastTold() {
    return last;
  }

  /** The user's next event, before a row of its own is added. */
  public List<Labelled<R>> next(InteractionEvent event) {
    long now = event.getOccurredAt();
    List<Labelled<R>> labelled = new ArrayList<>(expired(now));
    String told = label.rule().told(event);
    if (told != null) {
      OptionalLong decided = RatedDecision.time(event);
      for (Open<R> row : decided.isPresent() ? takeNewest(decided.getAsLong()) : takeAll()) {
        if (row.time() <= now) {
          labelled.add(new Labelled<>(row.row(), told, now, row.previous()));
        }
      }
      last = told;
    }
    return labelled;
  }

  private List<Open<R>> takeAll() {
    List<Open<R>> all = List.copyOf(open);
    open.clear();
    return all;
  }

  /** The newest row up to a time; the others wait on. */
  private List<Open<R>> takeNewest(long time) {
    Optional<Open<R>> newest =
        open.stream().filter(row -> row.time() <= time).max(Comparator.comparingLong(Open::time));
    newest.ifPresent(open::remove);
    return newest.stream().toList();
  }

  /** The rows whose own time has passed by then, as far as that means a label. */
  public List<Labelled<R>> expired(long now) {
    List<Labelled<R>> labelled = new ArrayList<>();
    long within = label.within().toMillis();
    String untold = label.rule().untold();
    for (Iterator<Open<R>> rows = open.iterator(); rows.hasNext(); ) {
      Open<R> row = rows.next();
      if (now - row.time() > within) {
        rows.remove();
        if (untold != null) {
          labelled.add(new Labelled<>(row.row(), untold, row.time() + within, row.previous()));
        }
      }
    }
    return labelled;
  }
}

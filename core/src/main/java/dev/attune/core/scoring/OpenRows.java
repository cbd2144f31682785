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
 *
 * <p>Where it is a label that nothing came, one that came is known no sooner: of the newest rows
 * there would only be those that it happened to.
 */
public final class OpenRows<R> {
  private final TrainingSpec.Label label;
  private final List<Open<R>> open = new ArrayList<>();

  /** Those that were told while others of their time may still be told nothing. */
  private final List<Labelled<R>> early = new ArrayList<>();

  private @Nullable String last;

  public OpenRows(TrainingSpec.Label label) {
    this.label = label;
  }

  private record Open<R>(R row, long time, @Nullable String previous) {}

  /**
   * A row that is one no longer.
   *
   * @param toldAt when the event was that told it, or the row's time over, epoch milliseconds: rows
   *     of a user that one event told have the same
   * @param knownAt when the label was known, whichever it is: whoever learns earlier can't know
   * @param previous the user's last label that was told before the row; null when there was none
   */
  public record Labelled<R>(
      R row, String label, long toldAt, long knownAt, @Nullable String previous) {}

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
          tell(row, told, now, labelled);
        }
      }
      last = told;
    }
    return labelled;
  }

  private void tell(Open<R> row, String told, long now, List<Labelled<R>> labelled) {
    if (label.rule().untold() == null) {
      labelled.add(new Labelled<>(row.row(), told, now, now, row.previous()));
    } else {
      early.add(new Labelled<>(row.row(), told, now, end(row), row.previous()));
    }
  }

  private long end(Open<R> row) {
    return row.time() + label.within().toMillis();
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
    for (Iterator<Labelled<R>> rows = early.iterator(); rows.hasNext(); ) {
      Labelled<R> row = rows.next();
      if (now > row.knownAt()) {
        rows.remove();
        labelled.add(row);
      }
    }
    String untold = label.rule().untold();
    for (Iterator<Open<R>> rows = open.iterator(); rows.hasNext(); ) {
      Open<R> row = rows.next();
      if (now > end(row)) {
        rows.remove();
        if (untold != null) {
          labelled.add(new Labelled<>(row.row(), untold, end(row), end(row), row.previous()));
        }
      }
    }
    return labelled;
  }
}

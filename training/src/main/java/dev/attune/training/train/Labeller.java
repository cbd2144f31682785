package dev.attune.training.train;

import dev.attune.core.drift.AgeBucket;
import dev.attune.core.playbook.Playbook;
import dev.attune.core.scoring.OpenRows;
import dev.attune.core.scoring.OpenRows.Labelled;
import dev.attune.core.scoring.TrainingSpec;
import dev.attune.core.user.Disposition;
import dev.attune.core.user.ErasedUsers;
import dev.attune.core.user.UserEngine;
import dev.attune.core.user.UserUpdate;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.training.Progress;
import dev.attune.training.UserFault;
import dev.attune.training.events.EventSource;
import dev.attune.training.events.OfflineUsers;
import dev.attune.training.events.PastEvents;
import dev.attune.training.events.TimeRange;
import dev.attune.training.labels.PersonLabels;
import dev.attune.training.train.ProfileRows.ProfileRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Replays events through the engine that runs online, and keeps the rows whose label a person or a
 * later event tells.
 *
 * <p>A row is taken right after its own event. So it holds what the online scorer saw then, and
 * nothing of the label's event.
 */
final class Labeller {
  private final OfflineUsers offline;
  private final TrainingSpec.Label label;
  private final PersonLabels people;
  private final Map<String, OpenRows<Row>> users = new HashMap<>();
  private final List<Example> examples = new ArrayList<>();
  private final HalvedUsers kept = new HalvedUsers();
  private final ProfileRows profile;
  private final long since;
  private final int most;
  private long newest = Long.MIN_VALUE;
  private long passedOver;

  /**
   * Where the past is, and how it is read.
   *
   * @param erased whose events up to their erasure are left out
   * @param people whose word on an event counts more than what happened after it
   */
  record Past(
      Playbook playbook,
      EventSource events,
      TimeRange times,
      ErasedUsers erased,
      PersonLabels people) {
    /**
     * @throws UserFault when the playbook learns nothing
     */
    TrainingSpec.Label label() {
      TrainingSpec.Label label = playbook.training().label();
      if (label == null) {
        throw new UserFault("The playbook has no training.yaml with a label.");
      }
      return label;
    }

    Past withoutPeople() {
      return new Past(playbook, events, times, erased, PersonLabels.none());
    }
  }

  /**
   * Replays all of it.
   *
   * @param first is done with each event before it counts
   */
  static Labeller read(Past past, Consumer<InteractionEvent> first, Progress progress) {
    Labeller labeller = new Labeller(past.playbook().engine(), past.label(), past.people());
    return read(past, first, labeller, progress);
  }

  /**
   * The examples from a moment on, in memory that doesn't grow with the past. When there are too
   * many half of the users are left out, then a quarter stays and so on.
   */
  static List<Example> since(Past past, long moment, int most, Progress progress) {
    Labeller labeller =
        new Labeller(
            past.playbook().engine(),
            past.label(),
            past.people(),
            new ProfileRows(0),
            moment,
            most);
    return read(past, event -> {}, labeller, progress).examples();
  }

  private static Labeller read(
      Past past, Consumer<InteractionEvent> first, Labeller labeller, Progress progress) {
    progress.phase("replaying events", 0);
    labeller.passedOver =
        PastEvents.read(
            past.events(),
            past.times(),
            progress,
            event -> {
              if (!past.erased().excludes(event.getUserId(), event.getOccurredAt())) {
                first.accept(event);
                labeller.accept(event);
              }
            });
    labeller.finish();
    return labeller;
  }

  /**
   * @param people whose word on an event counts more than what happened after it
   */
  Labeller(UserEngine engine, TrainingSpec.Label label, PersonLabels people) {
    this(engine, label, people, new ProfileRows(), Long.MIN_VALUE, Integer.MAX_VALUE);
  }

  private Labeller(
      UserEngine engine,
      TrainingSpec.Label label,
      PersonLabels people,
      ProfileRows profile,
      long since,
      int most) {
    this.profile = profile;
    this.since = since;
    this.most = most;
    this.offline = new OfflineUsers(engine);
    this.label = label;
    this.people = people;
  }

  private record Row(String moment, ProfileRow profile) {}

  void accept(InteractionEvent event) {
    newest = Math.max(newest, event.getOccurredAt());
    UserUpdate step = offline.apply(event);
    if (step.disposition() != Disposition.COUNTED) {
      return;
    }
    OpenRows<Row> user = users.computeIfAbsent(event.getUserId(), id -> new OpenRows<>(label));
    user.next(event).forEach(this::add);
    if (event.getOccurredAt() >= since && kept.has(event.getUserId()) && user.isMoment(event)) {
      ProfileRow row = profiled(event, step);
      profile.add(row);
      Row taken = new Row(event.getType(), row);
      String said = people.of(event.getEventId());
      if (said == null) {
        user.add(taken, row.time());
      } else {
        add(new Labelled<>(taken, said, row.time(), row.time(), user.lastTold()));
      }
    }
  }

  private void add(Labelled<Row> labelled) {
    ProfileRow row = labelled.row().profile();
    if (!kept.has(row.userId())) {
      return;
    }
    examples.add(
        new Example(
            row.userId(),
            labelled.row().moment(),
            row.time(),
            row.age(),
            row.row(),
            labelled.label(),
            labelled.toldAt(),
            labelled.knownAt(),
            labelled.previous()));
    while (examples.size() > most && kept.halve()) {
      examples.removeIf(example -> !kept.has(example.userId()));
    }
  }

  /** After the last event: what did or didn't happen within a time that is over is known too. */
  void finish() {
    users.values().forEach(user -> user.expired(newest).forEach(this::add));
  }

  private static ProfileRow profiled(InteractionEvent event, UserUpdate step) {
    long time = event.getOccurredAt();
    long age = AgeBucket.age(time, step.state().firstMillis().orElse(time));
    return new ProfileRow(event.getUserId(), time, age, step.row());
  }

  long events() {
    return offline.events();
  }

  /** How many lines were no events. */
  long passedOver() {
    return passedOver;
  }

  /** How many examples there are. */
  int labelled() {
    return examples.size();
  }

  /** All rows, labelled or not, or those of a sample of the users. */
  List<ProfileRow> profile() {
    return profile.rows();
  }

  /** Oldest first. */
  List<Example> examples() {
    return examples.stream().sorted(Comparator.comparingLong(Example::time)).toList();
  }
}

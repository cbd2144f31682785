package dev.attune.streams.experiments;

import dev.attune.core.experiment.Experiments;
import dev.attune.core.experiment.measure.ClosedWindow;
import dev.attune.core.experiment.measure.Covariates;
import dev.attune.core.experiment.measure.UserExposures;
import dev.attune.core.user.UserEngine;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.streams.topology.ReceiptTime;
import dev.attune.streams.topology.SessionExpiries;
import dev.attune.streams.topology.TopologyContext;
import dev.attune.streams.topology.TopologyNames;
import dev.attune.streams.topology.UserStore;
import java.time.Duration;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Keeps each user's exposures and each experiment's sums. Both change in one call, hence in one
 * transaction: a user enters a metric exactly once whatever crashes.
 *
 * <p>A window is closed once everything that was received up to its end, and for {@code settle}
 * longer, has been read, however long it waited in the topics. For the same {@code settle} an event
 * is kept for a decision that is read later.
 */
final class ExperimentProcessor
    implements Processor<String, SpecificRecord, String, SpecificRecord> {
  /** Results are for people: once a second is live, and bounds what compaction has to remove. */
  private static final Duration TICK = Duration.ofSeconds(1);

  private static final int WINDOWS_A_TICK = 1_000;

  private final Experiments experiments;
  private final Covariates covariates;
  private final Topics topics;
  private final TopologyContext shared;

  // what a task has from init on
  private int partition;
  private UserStore users;
  private KeyValueStore<String, byte[]> exposures;
  private SessionExpiries windows;
  private SumsStore sums;
  private ReceiptTime events;
  private ReceiptTime decisions;

  ExperimentProcessor(
      Experiments experiments, Covariates covariates, Topics topics, TopologyContext shared) {
    this.experiments = experiments;
    this.covariates = covariates;
    this.topics = topics;
    this.shared = shared;
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> context) {
    partition = context.taskId().partition();
    users = context.getStateStore(TopologyNames.USERS_STORE);
    exposures = context.getStateStore(ExperimentBranch.EXPOSURES_STORE);
    windows = new SessionExpiries(context.getStateStore(ExperimentBranch.WINDOWS_STORE));
    sums =
        new SumsStore(context.getStateStore(ExperimentBranch.SUMS_STORE), context, shared.clock());
    events = new ReceiptTime(shared, new TopicPartition(topics.interactionEvents(), partition));
    decisions = new ReceiptTime(shared, new TopicPartition(topics.decisions(), partition));
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, _ -> tick());
  }

  @Override
  public void process(Record<String, SpecificRecord> record) {
    if (record.value() instanceof Decision decision) {
      decisions.reached(record.timestamp());
      if (!users.isOfErased(decision)) {
        decided(record.key(), decision);
      }
    } else if (record.value() instanceof InteractionEvent event) {
      events.reached(event.getReceivedAt());
      happened(record.key(), event);
    }
  }

  private void decided(String userId, Decision decision) {
    UserExposures book = UserExposures.fromBytes(exposures.get(userId));
    var first = book.decided(experiments, covariates, decision);
    if (!book.isExposed()) {
      return;
    }
    save(userId, book);
    if (!first.isEmpty()) {
      first.forEach(one -> sums.change(one.experiment(), s -> s.add(one)));
      sums.save();
      keepArms(userId, book.arms());
      schedule(userId, book);
    }
  }

  private void happened(String userId, InteractionEvent event) {
    if (event.getType().equals(UserEngine.ERASURE)) {
      forget(userId);
      return;
    }
    UserExposures book = UserExposures.fromBytes(exposures.get(userId));
    boolean scheduled = book.keepsEvents();
    book.observe(experiments, event);
    shared.meters().eventsDropped(book.keep(experiments, event, settledUntil()));
    save(userId, book);
    if (book.keepsEvents() && !scheduled) {
      schedule(userId, book);
    }
    if (book.isExposed()) {
      keepArms(userId, book.arms());
    }
  }

  /** Also in the list of windows, which would name the user until the last one closed. */
  private void forget(String userId) {
    UserExposures.fromBytes(exposures.get(userId))
        .deadlines(experiments)
        .forEach(at -> windows.remove(userId, settled(at)));
    exposures.delete(userId);
  }

  private void save(String userId, UserExposures book) {
    if (book.isEmpty()) {
      exposures.delete(userId);
    } else {
      exposures.put(userId, book.toBytes());
    }
  }

  /** From here the arms travel with the user's next score to where arms are assigned. */
  private void keepArms(String userId, Map<String, String> arms) {
    var unused =
        users.amend(
            userId,
            state -> {
              boolean changed = false;
              for (Map.Entry<String, String> arm : arms.entrySet()) {
                changed |= state.keepArm(arm.getKey(), arm.getValue());
              }
              return changed;
            });
  }

  private void schedule(String userId, UserExposures book) {
    book.deadline(experiments).ifPresent(at -> windows.add(userId, settled(at)));
  }

  /** A time from beyond all clocks must not become one that is always due. */
  private long settled(long at) {
    return Math.max(at, at + experiments.settle().toMillis());
  }

  /** Epoch milliseconds; whatever was received up to then, and for settle longer, was read. */
  private long settledUntil() {
    return Math.min(events.now(), decisions.now()) - experiments.settle().toMillis();
  }

  /** Half a past's sums would replace the predecessor's whole ones. */
  private void tick() {
    if (shared.predecessor().isAhead(partition)) {
      return;
    }
    long until = settledUntil();
    windows
        .due(until + experiments.settle().toMillis(), WINDOWS_A_TICK)
        .forEach(entry -> close(entry, until));
    sums.save();
    sums.publish();
  }

  private void close(SessionExpiries.Entry entry, long until) {
    windows.remove(entry);
    byte[] row = exposures.get(entry.userId());
    if (row == null) {
      return;
    }
    UserExposures book = UserExposures.fromBytes(row);
    var due = book.close(experiments, until);
    due.closed().forEach(this::count);
    due.finished().forEach(one -> sums.change(one.experiment(), s -> s.add(one)));
    save(entry.userId(), book);
    schedule(entry.userId(), book);
  }

  /** With all users, and with each part of them. */
  private void count(ClosedWindow one) {
    sums.change(one.experiment(), s -> s.add(one));
    one.slices().forEach(slice -> sums.change(slice.idIn(one.experiment()), s -> s.add(one)));
  }
}

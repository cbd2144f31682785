package dev.attune.streams.topology;

import dev.attune.core.user.UserState;
import dev.attune.core.user.UserUpdate;
import dev.attune.schemas.Position;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Erasure;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.streams.dispatch.Dispatcher;
import dev.attune.streams.dispatch.Lane;
import dev.attune.streams.dispatch.StoredOwedCalls;
import dev.attune.tracing.TraceSpan;
import java.time.Duration;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;

/** Lets core apply an event to the user's row, and hands on what came of it. */
final class UserProcessor implements Processor<String, InteractionEvent, String, SpecificRecord> {
  /**
   * An event that was received longer ago belongs to a backlog, whose rows are left to the commit.
   * Otherwise the row is written with the event, while its call is under way: the rows since the
   * last commit, written in one go, would hold up whoever comes during it.
   */
  private static final Duration BEHIND = Duration.ofSeconds(1);

  /** Short beside a session's gap; each punctuation makes even an idle task commit. */
  private static final Duration TICK = Duration.ofMillis(250);

  private final TopologyContext shared;
  private final Dispatcher<String, ScoreRequest> dispatcher;
  private final List<String> branches;
  private final Topics topics;

  // what a task has between init and close
  private ReceiptTime receipt;
  private ProcessorContext<String, SpecificRecord> context;
  private UserStore users;
  private SegmentSizes sizes;
  private FeatureUse use;
  private TaskTakeover handover;
  private UserOutput out;
  private OwedScores owed;
  private SessionTakeover takeover;
  private SessionCloser sessions;
  private Lane<String, ScoreRequest> lane;

  UserProcessor(
      TopologyContext shared,
      Topics topics,
      Dispatcher<String, ScoreRequest> dispatcher,
      List<String> branches) {
    this.shared = shared;
    this.topics = topics;
    this.dispatcher = dispatcher;
    this.branches = branches;
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> opened) {
    KeyValueStore<String, Long> marks = opened.getStateStore(TopologyNames.OWED_STORE);
    context = opened;
    int partition = opened.taskId().partition();
    receipt = new ReceiptTime(shared, new TopicPartition(topics.interactionEvents(), partition));
    users = opened.getStateStore(TopologyNames.USERS_STORE);
    sizes = new SegmentSizes(opened.getStateStore(TopologyNames.SIZES_STORE), shared.meters());
    use = new FeatureUse(shared.engine().columns(), shared.meters());
    handover = new TaskTakeover(shared.predecessor(), partition);
    out = new UserOutput(opened, branches, handover);
    owed = new OwedScores(marks, users, shared.engine(), out);
    SessionExpiries expiries =
        new SessionExpiries(opened.getStateStore(TopologyNames.EXPIRIES_STORE));
    takeover = new SessionTakeover(shared, partition, users, out);
    sessions = new SessionCloser(shared, users, expiries, owed, out, takeover);
    lane = dispatcher.open(new StoredOwedCalls<>(marks, this::now), owed::request);
    opened.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, _ -> tick());
  }

  @Override
  public void close() {
    lane.close();
    sizes.close();
    use.tell();
  }

  @Override
  public void process(Record<String, InteractionEvent> record) {
    InteractionEvent event = record.value();
    if (event.getReceivedAt() <= 0) {
      event.setReceivedAt(record.timestamp());
    }
    RecordMetadata source =
        EventOrigin.of(context.recordMetadata().orElseThrow(), record.headers(), topics);
    follow(source, event.getReceivedAt());
    takeover.before(event.getUserId());
    receipt.reached(event.getReceivedAt());

    TraceSpan span = EventTrace.begin(shared.tracing(), record.headers(), source);
    try {
      AppliedEvent applied = apply(event, source, record.timestamp());
      score(applied, span);
      count(applied);
      publish(applied);
      if (now() - event.getReceivedAt() < BEHIND.toMillis()) {
        users.writeNow();
      }
    } finally {
      span.end();
    }
  }

  private void follow(RecordMetadata source, long receivedAt) {
    if (handover.endsAt(source)) {
      takeover.begin();
    } else if (handover.isSilent()) {
      sessions.passTo(receivedAt);
    }
  }

  private AppliedEvent apply(InteractionEvent event, RecordMetadata source, long timestamp) {
    Position position = new Position(shared.epoch(), source.partition(), source.offset());
    UserState before = users.find(event.getUserId());
    if (before != null && !position.isAfter(before.position())) {
      shared.rereads().noticed(before.position(), position);
    }
    boolean sessionWasOpen = before != null && before.sessionDeadline().isPresent();
    long forgotten = before == null ? 0 : before.forgottenIds();
    UserUpdate update =
        users.change(event.getUserId(), state -> shared.engine().apply(state, event, position));
    return new AppliedEvent(
        event,
        position,
        timestamp,
        update,
        !sessionWasOpen,
        update.state().forgottenIds() - forgotten);
  }

  /**
   * Before anything is written, since nothing that is written here can change the request: the call
   * is under way meanwhile. Should writing fail, the event is processed again and asks for the
   * same.
   */
  private void score(AppliedEvent applied, TraceSpan span) {
    if (!handover.isSilent()) {
      shared.meters().calls(applied.event().getReceivedAt(), now());
      lane.submit(applied.userId(), EventTrace.carriedOn(applied.scoreRequest(), span));
    }
  }

  private void count(AppliedEvent applied) {
    shared.meters().event(applied.update().disposition());
    shared.meters().idsForgotten(applied.forgottenIds());
    sizes.count(applied.update().segmentChanges());
    use.count(applied.update().row());
    if (applied.opensSession()) {
      sessions.opened(applied.update().state());
    }
  }

  private void publish(AppliedEvent applied) {
    String userId = applied.userId();
    long timestamp = applied.timestamp();
    if (applied.isErasure()) {
      erase(applied);
    } else if (handover.isSilent()) {
      owed.addUnpublished(userId);
    } else {
      out.send(TopologyNames.FEATURES, userId, applied.sessionFeatures(), timestamp);
    }
    if (!handover.isSilent()) {
      // of profiles only the newest counts, so one a written row is enough
      users.sendWithRow(
          userId, () -> out.send(TopologyNames.PROFILES, userId, applied.profile(), timestamp));
    }
    out.sendChanges(userId, applied.update(), timestamp);
    if (applied.isNews()) {
      out.tellBranches(userId, applied.event(), timestamp);
    }
  }

  private void erase(AppliedEvent applied) {
    // keyed by the user's hash: the id is what is to be forgotten
    Erasure erasure = applied.erasure(shared.hasher(), now());
    out.send(TopologyNames.ERASURES, erasure.getUserHash(), erasure, applied.timestamp());
    sessions.erased(
        applied.userId(), handover.isSilent() ? applied.event().getReceivedAt() : now());
    if (handover.isSilent()) {
      owed.remove(applied.userId());
    }
  }

  private void tick() {
    use.tell();
    if (handover.endsWithoutRecord()) {
      takeover.begin();
    }
    if (handover.isOver()) {
      takeover.goOn();
      sessions.closeDue(receipt.now());
      lane.tick();
    }
  }

  private long now() {
    return shared.clock().millis();
  }
}

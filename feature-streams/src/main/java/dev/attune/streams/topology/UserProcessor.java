package dev.attune.streams.topology;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.user.Disposition;
import dev.attune.core.user.UserEngine;
import dev.attune.core.user.UserState;
import dev.attune.core.user.UserUpdate;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.Erasure;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.Session;
import dev.attune.schemas.avro.SessionFeatures;
import dev.attune.schemas.avro.UserProfile;
import dev.attune.schemas.grpc.ScoreRequest;
import dev.attune.streams.dispatch.Dispatcher;
import dev.attune.streams.dispatch.Lane;
import dev.attune.streams.dispatch.StoredOwedCalls;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

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

  /** Closed in one go, so that a wave of endings doesn't hold up events. */
  private static final int EXPIRIES_A_TICK = 1_000;

  /** How long an erased user's id and position stay, so that the erasure can be sent again. */
  private static final Duration GUARD = Duration.ofHours(1);

  /** In place of the time at which a user was marked: the profile isn't published either. */
  private static final Long UNPUBLISHED = 0L;

  private final UserEngine engine;
  private final Dispatcher<String, ScoreRequest> dispatcher;
  private final EventMeters meters;
  private final InstantSource clock;
  private final int epoch;
  private final List<String> branches;
  private final Predecessor predecessor;
  private @Nullable Task task;

  UserProcessor(
      UserEngine engine,
      Dispatcher<String, ScoreRequest> dispatcher,
      EventMeters meters,
      InstantSource clock,
      int epoch,
      List<String> branches,
      Predecessor predecessor) {
    this.engine = engine;
    this.dispatcher = dispatcher;
    this.meters = meters;
    this.clock = clock;
    this.epoch = epoch;
    this.branches = branches;
    this.predecessor = predecessor;
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> context) {
    Task opened = new Task(context);
    task = opened;
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, _ -> opened.tick());
  }

  @Override
  public void process(Record<String, InteractionEvent> record) {
    Task current = task;
    if (current == null) {
      throw new IllegalStateException("not initialised");
    }
    current.process(record);
  }

  @Override
  public void close() {
    Task current = task;
    if (current != null) {
      task = null;
      current.lane.close();
      current.sizes.close();
    }
  }

  /** What exists between init and close. */
  private final class Task {

    private final ProcessorContext<String, SpecificRecord> context;
    private final UserStore users;
    private final SessionExpiries expiries;
    private final KeyValueStore<String, Long> owed;
    private final SegmentSizes sizes;
    private final ReceiptTime receipt = new ReceiptTime(clock);
    private final Lane<String, ScoreRequest> lane;
    private final Silence silence;

    Task(ProcessorContext<String, SpecificRecord> context) {
      this.context = context;
      this.users = context.getStateStore(Names.USERS_STORE);
      this.expiries = new SessionExpiries(context.getStateStore(Names.EXPIRIES_STORE));
      this.owed = context.getStateStore(Names.OWED_STORE);
      this.sizes = new SegmentSizes(context.getStateStore(Names.SIZES_STORE), meters);
      this.lane = dispatcher.open(new StoredOwedCalls<>(owed, clock::millis), this::owedRequest);
      this.silence =
          new Silence(
              predecessor, context.taskId().partition(), expiries, this::expire, this::adopt);
    }

    void process(Record<String, InteractionEvent> record) {
      String userId = record.key();
      InteractionEvent event = record.value();
      if (event.getReceivedAt() <= 0) {
        event.setReceivedAt(record.timestamp());
      }
      RecordMetadata source = context.recordMetadata().orElseThrow();
      silence.at(source, event.getReceivedAt(), clock.millis());
      receipt.reached(event.getReceivedAt());
      Position position = position(source);
      UserState before = users.find(userId);
      boolean sessionWasOpen = before != null && before.sessionDeadline().isPresent();
      long forgotten = before == null ? 0 : before.forgottenIds();

      UserUpdate step = users.change(userId, state -> engine.apply(state, event, position));

      score(event, position, step);
      meters.event(step.disposition());
      meters.idsForgotten(step.state().forgottenIds() - forgotten);
      sizes.count(step.segmentChanges());
      if (!sessionWasOpen) {
        step.state().sessionDeadline().ifPresent(deadline -> expiries.add(userId, deadline));
      }
      Emitter out = new Emitter(userId, record.timestamp());
      if (step.disposition() == Disposition.ERASED) {
        erase(out, event, position);
      } else {
        handOn(out, event, position, step);
      }
      out.changes(step);
      if (isNews(step)) {
        out.tellBranches(event);
      }
      if (clock.millis() - event.getReceivedAt() < BEHIND.toMillis()) {
        users.letGo();
      }
    }

    /**
     * Before anything is written, since nothing that is written here can change the request: the
     * call is under way meanwhile. Should writing fail, the event is processed again and asks for
     * the same.
     */
    private void score(InteractionEvent event, Position position, UserUpdate step) {
      if (!silence.isOn()) {
        meters.calls(event.getReceivedAt(), clock.millis());
        boolean erased = step.disposition() == Disposition.ERASED;
        lane.submit(
            event.getUserId(), erased ? erasure(event, position) : scoring(event, position, step));
      }
    }

    private void erase(Emitter out, InteractionEvent event, Position position) {
      out.profileWithRow(() -> null);
      out.erasure(event, position, clock.millis());
      long since = silence.isOn() ? event.getReceivedAt() : clock.millis();
      expiries.add(out.userId, since + GUARD.toMillis());
      if (silence.isOn()) {
        owed.delete(out.userId);
      }
    }

    /** In silence a user is only marked, to be published and scored when the silence ends. */
    private void handOn(Emitter out, InteractionEvent event, Position position, UserUpdate step) {
      if (!silence.isOn()) {
        out.features(event, position, step);
      } else if (owed.get(out.userId) == null) {
        owed.put(out.userId, UNPUBLISHED);
      }
    }

    /** Duplicates and stragglers change nothing of a user, hence nothing of what hangs on one. */
    private static boolean isNews(UserUpdate step) {
      return step.disposition() == Disposition.COUNTED || step.disposition() == Disposition.ERASED;
    }

    void tick() {
      if (!silence.ticks(clock.millis())) {
        return;
      }
      long now = receipt.now();
      expiries.due(now, EXPIRIES_A_TICK).forEach(entry -> expire(entry, now));
      lane.tick();
    }

    private void expire(SessionExpiries.Entry entry, long now) {
      expiries.remove(entry);
      UserState state = users.find(entry.userId());
      if (state != null && state.isErased()) {
        forget(entry.userId(), now);
        return;
      }
      if (state == null || state.sessionDeadline().isEmpty()) {
        return;
      }
      long deadline = state.sessionDeadline().getAsLong();
      if (deadline > now) {
        expiries.add(entry.userId(), deadline);
        return;
      }
      UserUpdate step = users.change(entry.userId(), _ -> engine.expire(state, now));
      step.state().sessionDeadline().ifPresent(next -> expiries.add(entry.userId(), next));
      meters.sessionsExpired(step.sessions().size());
      new Emitter(entry.userId(), now).changes(step);
    }

    private void adopt(Session said) {
      if (users.amend(said.getUserId(), state -> engine.adopt(state, said))) {
        new Emitter(said.getUserId(), clock.millis()).tellBranches(said);
      }
    }

    /** Takes an erased user's guard away, unless the prediction store doesn't know of it yet. */
    private void forget(String userId, long now) {
      if (owed.get(userId) == null) {
        users.delete(userId);
      } else {
        expiries.add(userId, now + GUARD.toMillis());
      }
    }

    private @Nullable ScoreRequest owedRequest(String userId) {
      UserState state = users.find(userId);
      if (state == null) {
        return null;
      }
      long asOf = state.newestMillis();
      if (state.isErased()) {
        return ScoreRequests.erase(userId, state.position(), asOf, state.newestReceivedMillis());
      }
      FeatureRow row = engine.read(state, asOf);
      if (UNPUBLISHED.equals(owed.get(userId))) {
        new Emitter(userId, state.newestReceivedMillis())
            .forward(
                UserProfiles.of(state, null, state.newestReceivedMillis(), row), Names.PROFILES);
      }
      return ScoreRequests.score(
          userId,
          null,
          state.position(),
          asOf,
          state.newestReceivedMillis(),
          row,
          state.segments(),
          state.arms());
    }

    private Position position(RecordMetadata source) {
      return new Position(epoch, source.partition(), source.offset());
    }

    /** Sends records of one user. */
    private final class Emitter {

      private final String userId;
      private final long timestamp;

      Emitter(String userId, long timestamp) {
        this.userId = userId;
        this.timestamp = timestamp;
      }

      void features(InteractionEvent event, Position position, UserUpdate step) {
        forward(sessionFeatures(event, position, step), Names.FEATURES);
        String sessionId = event.getSessionId();
        long receivedAt = event.getReceivedAt();
        profileWithRow(() -> UserProfiles.of(step.state(), sessionId, receivedAt, step.row()));
      }

      /**
       * Of profiles only the newest counts, so one a written row is enough; null is a tombstone.
       */
      void profileWithRow(Supplier<@Nullable UserProfile> profile) {
        if (!silence.isOn()) {
          users.sendWithRow(userId, () -> forward(profile.get(), Names.PROFILES));
        }
      }

      /** Keyed by its receipt, not by the user. */
      void erasure(InteractionEvent event, Position position, long now) {
        if (silence.isOn()) {
          return;
        }
        Erasure erasure = Erasures.inState(event, position, now);
        context.forward(
            new Record<String, SpecificRecord>(erasure.getReceiptId(), erasure, timestamp),
            Names.ERASURES);
      }

      void changes(UserUpdate step) {
        step.segmentChanges().forEach(change -> forward(change, Names.SEGMENT_CHANGES));
        for (Session session : step.sessions()) {
          forward(session, Names.SESSIONS);
          tellBranches(session);
        }
      }

      /** Also in silence: they keep state of their own. */
      void tellBranches(SpecificRecord news) {
        for (String branch : branches) {
          context.forward(new Record<>(userId, news, timestamp), branch);
        }
      }

      @SuppressWarnings("NullAway") // a record without a value is a tombstone
      void forward(@Nullable SpecificRecord value, String sink) {
        if (silence.isOn()) {
          return;
        }
        context.forward(new Record<String, SpecificRecord>(userId, value, timestamp), sink);
      }
    }
  }

  private static ScoreRequest scoring(InteractionEvent event, Position position, UserUpdate step) {
    return ScoreRequests.score(
        event.getUserId(),
        event.getSessionId(),
        position,
        event.getOccurredAt(),
        event.getReceivedAt(),
        step.row(),
        step.segments(),
        step.state().arms());
  }

  private static ScoreRequest erasure(InteractionEvent event, Position position) {
    return ScoreRequests.erase(
        event.getUserId(), position, event.getOccurredAt(), event.getReceivedAt());
  }

  private static SessionFeatures sessionFeatures(
      InteractionEvent event, Position position, UserUpdate step) {
    return new SessionFeatures(
        event.getUserId(),
        event.getSessionId(),
        event.getEventId(),
        event.getType(),
        position.epoch(),
        position.partition(),
        position.offset(),
        event.getOccurredAt(),
        event.getReceivedAt(),
        step.row().toAvro(),
        step.segments());
  }
}

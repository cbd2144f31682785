package dev.attune.streams.kpi;

import dev.attune.core.kpi.UserKpis;
import dev.attune.core.kpi.UserKpis.Delta;
import dev.attune.core.user.UserEngine;
import dev.attune.core.user.UserState;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.Session;
import dev.attune.streams.topology.Names;
import dev.attune.streams.topology.Predecessor;
import dev.attune.streams.topology.UserStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what each user has added to the KPIs, and the sums. Both change in one call, hence in one
 * transaction: whatever crashes, nothing counts twice.
 */
final class KpiProcessor implements Processor<String, SpecificRecord, String, SpecificRecord> {

  /** KPIs are for people: once a second is live, and bounds what compaction has to remove. */
  private static final Duration TICK = Duration.ofSeconds(1);

  /** Days begin seldom. */
  private static final Duration PRUNE = Duration.ofHours(1);

  private final InstantSource clock;
  private final Predecessor predecessor;
  private @Nullable Task task;

  KpiProcessor(InstantSource clock, Predecessor predecessor) {
    this.clock = clock;
    this.predecessor = predecessor;
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> context) {
    Task opened = new Task(context);
    task = opened;
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, _ -> opened.publish());
    context.schedule(PRUNE, PunctuationType.WALL_CLOCK_TIME, _ -> opened.sums.prune());
  }

  @Override
  public void process(Record<String, SpecificRecord> record) {
    Task current = task;
    if (current == null) {
      throw new IllegalStateException("not initialised");
    }
    switch (record.value()) {
      case InteractionEvent event -> current.happened(record.key(), event);
      case Session session -> current.said(record.key(), session);
      case Decision decision -> current.decided(record.key(), decision);
      default -> {}
    }
  }

  /** What exists between init and close. */
  private final class Task {

    private final int partition;
    private final UserStore users;
    private final KeyValueStore<String, byte[]> books;
    private final KpiSumsStore sums;

    Task(ProcessorContext<String, SpecificRecord> context) {
      this.partition = context.taskId().partition();
      this.users = context.getStateStore(Names.USERS_STORE);
      this.books = context.getStateStore(KpiBranch.USERS_STORE);
      this.sums = new KpiSumsStore(context.getStateStore(KpiBranch.SUMS_STORE), context, clock);
    }

    void happened(String userId, InteractionEvent event) {
      switch (event.getType()) {
        case "issue_opened", "issue_resolved" -> {
          UserKpis book = book(userId);
          save(userId, book, book.happened(event, segments(userId)));
        }
        case UserEngine.ERASURE -> {
          sums.change(book(userId).erased());
          books.delete(userId);
        }
        default -> {}
      }
    }

    void said(String userId, Session session) {
      UserKpis book = book(userId);
      save(userId, book, book.said(session));
    }

    void decided(String userId, Decision decision) {
      UserKpis book = book(userId);
      book.decided(decision);
      save(userId, book, List.of());
    }

    /** Half a past's sums would replace the predecessor's whole ones. */
    void publish() {
      if (!predecessor.isAhead(partition)) {
        sums.publish();
      }
    }

    private void save(String userId, UserKpis book, List<Delta> deltas) {
      books.put(userId, book.toBytes());
      sums.change(deltas);
    }

    private UserKpis book(String userId) {
      return UserKpis.fromBytes(books.get(userId));
    }

    private List<String> segments(String userId) {
      UserState state = users.find(userId);
      return state == null ? List.of() : state.segments();
    }
  }
}

package dev.attune.streams.kpi;

import dev.attune.core.experiment.Experiments;
import dev.attune.core.kpi.UserKpis;
import dev.attune.core.kpi.UserKpis.Delta;
import dev.attune.core.user.UserEngine;
import dev.attune.core.user.UserState;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.Session;
import dev.attune.streams.topology.ReceiptTime;
import dev.attune.streams.topology.TopologyContext;
import dev.attune.streams.topology.TopologyNames;
import dev.attune.streams.topology.UserStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.TopicPartition;
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

  /** Rows looked at in a tick: of a million users each once in three hours. */
  private static final int ROWS_A_TICK = 100;

  private final Experiments experiments;
  private final Topics topics;
  private final TopologyContext shared;

  // what a task has from init on
  private int partition;
  private UserStore users;
  private KeyValueStore<String, byte[]> rows;
  private KpiSumsStore sums;
  private ReceiptTime events;

  /** Rows up to this user were looked at; null: the next look begins with the first. */
  private @Nullable String seenUpTo;

  KpiProcessor(Experiments experiments, Topics topics, TopologyContext shared) {
    this.experiments = experiments;
    this.topics = topics;
    this.shared = shared;
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> context) {
    partition = context.taskId().partition();
    users = context.getStateStore(TopologyNames.USERS_STORE);
    rows = context.getStateStore(KpiBranch.USERS_STORE);
    sums = new KpiSumsStore(context.getStateStore(KpiBranch.SUMS_STORE), context, shared.clock());
    events = new ReceiptTime(shared, new TopicPartition(topics.interactionEvents(), partition));
    context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, _ -> tick());
    context.schedule(PRUNE, PunctuationType.WALL_CLOCK_TIME, _ -> sums.prune());
  }

  @Override
  public void process(Record<String, SpecificRecord> record) {
    switch (record.value()) {
      case InteractionEvent event -> {
        events.reached(event.getReceivedAt());
        happened(record.key(), event);
      }
      case Session session -> said(record.key(), session);
      case Decision decision when !users.isOfErased(decision) -> decided(record.key(), decision);
      default -> {}
    }
  }

  private void happened(String userId, InteractionEvent event) {
    switch (event.getType()) {
      case "issue_opened", "issue_resolved" -> {
        UserKpis kpis = kpis(userId);
        save(userId, kpis, kpis.happened(event, segments(userId)));
      }
      case UserEngine.ERASURE -> {
        sums.change(kpis(userId).erased());
        rows.delete(userId);
      }
      default -> {}
    }
  }

  private void said(String userId, Session session) {
    UserKpis kpis = kpis(userId);
    save(userId, kpis, kpis.said(session));
  }

  private void decided(String userId, Decision decision) {
    UserKpis kpis = kpis(userId);
    kpis.decided(decision, experiments.armsOf(decision));
    if (!kpis.isEmpty()) {
      save(userId, kpis, List.of());
    }
  }

  /** Half a past's sums would replace the predecessor's whole ones. */
  private void tick() {
    if (!shared.predecessor().isAhead(partition)) {
      sums.publish();
      forgetReplies();
    }
  }

  /** Those of who never sends an event: no session will end that would make the row smaller. */
  private void forgetReplies() {
    List<String> over = new ArrayList<>();
    int looks = 0;
    try (var entries = rows.range(seenUpTo, null)) {
      seenUpTo = null;
      while (entries.hasNext()) {
        var entry = entries.next();
        if (UserKpis.fromBytes(entry.value).isOver(events.now())) {
          over.add(entry.key);
        }
        looks++;
        if (looks == ROWS_A_TICK) {
          seenUpTo = entry.key;
          break;
        }
      }
    }
    over.forEach(rows::delete);
  }

  private void save(String userId, UserKpis kpis, List<Delta> deltas) {
    rows.put(userId, kpis.toBytes());
    sums.change(deltas);
  }

  private UserKpis kpis(String userId) {
    return UserKpis.fromBytes(rows.get(userId));
  }

  private List<String> segments(String userId) {
    UserState state = users.find(userId);
    return state == null ? List.of() : state.segments();
  }
}

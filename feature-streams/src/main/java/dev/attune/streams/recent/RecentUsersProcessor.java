package dev.attune.streams.recent;

import dev.attune.core.recent.RecentUsers;
import dev.attune.core.recent.RecentUsers.Change;
import dev.attune.core.user.UserEngine;
import dev.attune.core.user.UserState;
import dev.attune.schemas.SingleObject;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.RecentUser;
import dev.attune.schemas.avro.Session;
import dev.attune.streams.topology.TopologyContext;
import dev.attune.streams.topology.TopologyNames;
import dev.attune.streams.topology.UserStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Lists one task's recent users in memory. Once a second what changed goes to the store and the
 * topic, at most {@link #MOST_AT_ONCE} users: so the cost doesn't grow with the events. What a
 * crash takes is the last second. An erasure is not put off.
 */
final class RecentUsersProcessor
    implements Processor<String, SpecificRecord, String, SpecificRecord> {
  /** A person who has just chatted looks for the conversation. */
  private static final Duration TICK = Duration.ofSeconds(1);

  /** Of some kilobytes each; who changes more often is told less often. */
  static final int MOST_AT_ONCE = 50;

  private static final BinaryMessageDecoder<RecentUser> DECODER =
      SingleObject.decoder(RecentUser.getClassSchema());

  private final TopologyContext shared;
  private final int most;
  private final long gap;

  // what a task has from init on
  private RecentUsers recent;
  private ProcessorContext<String, SpecificRecord> context;
  private UserStore users;
  private KeyValueStore<String, byte[]> store;
  private boolean silent;

  RecentUsersProcessor(TopologyContext shared, int most, long gap) {
    this.shared = shared;
    this.most = most;
    this.gap = gap;
  }

  @Override
  public void init(ProcessorContext<String, SpecificRecord> opened) {
    context = opened;
    users = opened.getStateStore(TopologyNames.USERS_STORE);
    store = opened.getStateStore(RecentUsersBranch.STORE);
    List<RecentUser> kept = new ArrayList<>();
    try (var entries = store.all()) {
      entries.forEachRemaining(entry -> kept.add(SingleObject.read(entry.value, DECODER)));
    }
    recent = new RecentUsers(most, gap);
    recent.restore(kept);
    opened.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, _ -> tell());
  }

  @Override
  public void process(Record<String, SpecificRecord> record) {
    switch (record.value()) {
      case InteractionEvent event when event.getType().equals(UserEngine.ERASURE) ->
          erase(event.getUserId(), record.timestamp());
      case InteractionEvent event -> recent.happened(event);
      case Session session -> recent.said(session);
      case Decision decision when !users.isOfErased(decision) -> recent.decided(decision);
      default -> {}
    }
  }

  private void erase(String userId, long timestamp) {
    recent.erased(userId);
    store.delete(userId);
    send(userId, null, timestamp);
  }

  private void tell() {
    boolean wasSilent = silent;
    silent = isSilent();
    if (wasSilent && !silent) {
      recent.tellAll();
    }
    long now = shared.clock().millis();
    for (Change change : recent.changes(MOST_AT_ONCE, this::segments)) {
      RecentUser user = change.record();
      if (user == null) {
        store.delete(change.userId());
      } else {
        store.put(change.userId(), SingleObject.write(user, RecentUser.getEncoder()));
      }
      send(change.userId(), user, now);
    }
  }

  /** The predecessor still tells what is read here. */
  private boolean isSilent() {
    return shared.predecessor().isAhead(context.taskId().partition());
  }

  /**
   * @param user null is a tombstone
   */
  @SuppressWarnings("NullAway") // a record without a value is a tombstone
  private void send(String userId, @Nullable RecentUser user, long timestamp) {
    if (!isSilent()) {
      context.forward(
          new Record<String, SpecificRecord>(userId, user, timestamp),
          RecentUsersBranch.RECENT_USERS);
    }
  }

  private List<String> segments(String userId) {
    UserState state = users.find(userId);
    return state == null ? List.of() : state.segments();
  }
}

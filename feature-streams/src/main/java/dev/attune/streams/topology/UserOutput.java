package dev.attune.streams.topology;

import dev.attune.core.user.UserUpdate;
import dev.attune.schemas.avro.Session;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Sends records about one task's users; to topics only when the handover isn't silent. */
final class UserOutput {
  private final ProcessorContext<String, SpecificRecord> context;
  private final List<String> branches;
  private final TaskTakeover handover;

  UserOutput(
      ProcessorContext<String, SpecificRecord> context,
      List<String> branches,
      TaskTakeover handover) {
    this.context = context;
    this.branches = branches;
    this.handover = handover;
  }

  /**
   * @param value null is a tombstone
   */
  @SuppressWarnings("NullAway") // a record without a value is a tombstone
  void send(String sink, String key, @Nullable SpecificRecord value, long timestamp) {
    if (!handover.isSilent()) {
      context.forward(new Record<String, SpecificRecord>(key, value, timestamp), sink);
    }
  }

  /** What a user has entered, left and finished. */
  void sendChanges(String userId, UserUpdate update, long timestamp) {
    update
        .segmentChanges()
        .forEach(change -> send(TopologyNames.SEGMENT_CHANGES, userId, change, timestamp));
    for (Session session : update.sessions()) {
      send(TopologyNames.SESSIONS, userId, session, timestamp);
      tellBranches(userId, session, timestamp);
    }
  }

  /** Also while silent: the branches keep state of their own. */
  void tellBranches(String userId, SpecificRecord news, long timestamp) {
    for (String branch : branches) {
      context.forward(new Record<>(userId, news, timestamp), branch);
    }
  }
}

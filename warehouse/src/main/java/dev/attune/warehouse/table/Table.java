package dev.attune.warehouse.table;

import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.Session;
import java.util.List;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** A topic as a table. Its columns are the fields of the topic's schema, by the same names. */
public enum Table {
  /** Ids are the clients': two users may have an event of the same one. */
  EVENTS(
      "interaction-events",
      Topics::interactionEvents,
      InteractionEvent.class,
      List.of("userId", "eventId"),
      null,
      "occurredAt",
      "receivedAt"),
  DECISIONS(
      "decisions",
      Topics::decisions,
      Decision.class,
      List.of("decisionId"),
      null,
      "decidedAt",
      "decidedAt"),
  /** Of a session that was told again, because of late events, the last telling. */
  SESSIONS(
      "sessions",
      Topics::sessions,
      Session.class,
      List.of("userId", "sessionId", "startedAt"),
      "revision",
      "startedAt",
      "endedAt");

  private final String folder;
  private final Function<Topics, String> topic;
  private final Class<? extends SpecificRecord> type;
  private final List<String> key;
  private final @Nullable String revision;
  private final String time;
  private final String latest;

  Table(
      String folder,
      Function<Topics, String> topic,
      Class<? extends SpecificRecord> type,
      List<String> key,
      @Nullable String revision,
      String time,
      String latest) {
    this.folder = folder;
    this.topic = topic;
    this.type = type;
    this.key = key;
    this.revision = revision;
    this.time = time;
    this.latest = latest;
  }

  /** Its folder's name, which is also the name that people use. */
  public String folder() {
    return folder;
  }

  /** The topic that fills it. */
  public String topic(Topics topics) {
    return topic.apply(topics);
  }

  /** The class of the topic's records. */
  public Class<? extends SpecificRecord> type() {
    return type;
  }

  public Schema schema() {
    return SpecificData.get().getSchema(type);
  }

  /** The columns by which two rows are one. */
  public List<String> key() {
    return key;
  }

  /**
   * Of rows of one key, the one with the highest value here stays; null, or where it is the same:
   * of the newest epoch the first one.
   */
  public @Nullable String revision() {
    return revision;
  }

  /** The column whose day, in UTC, names the file; one key has one value here. */
  public String time() {
    return time;
  }

  /**
   * The column that tells when the row's newest part was known: an erasure reaches back from it.
   */
  public String latest() {
    return latest;
  }
}

package dev.attune.responses.user;

import dev.attune.core.user.UserEngine;
import dev.attune.http.Problem;
import dev.attune.responses.erasure.ErasureLog;
import dev.attune.responses.user.UserRecords.Found;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.SegmentChange;
import dev.attune.schemas.avro.Session;
import dev.attune.schemas.json.EventJson;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.apache.kafka.common.KafkaException;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the topics kept by time hold of a user. Each request reads four partitions, so there is one
 * at a time; it is for people who ask what is known of them, not for chats.
 */
@Component
class UserHistory {
  /** Some gigabytes of a local disk; what isn't read by then is told as incomplete. */
  private static final Duration BUDGET = Duration.ofSeconds(20);

  /** Of each kind, so that an answer stays within some megabytes. */
  private static final int MOST = 5_000;

  private final UserRecords records;
  private final ErasureLog erasures;
  private final Topics topics;
  private final JsonMapper json;
  private final Semaphore one = new Semaphore(1);

  UserHistory(UserRecords records, ErasureLog erasures, Topics topics, JsonMapper json) {
    this.records = records;
    this.erasures = erasures;
    this.topics = topics;
    this.json = json;
  }

  HistoryBody of(String userId) {
    if (!erasures.isCaughtUp()) {
      throw Problem.unavailable("The list of erasures is being read.");
    }
    if (!one.tryAcquire()) {
      throw Problem.unavailable("Another history is being read.");
    }
    try {
      return read(userId, System.nanoTime() + BUDGET.toNanos());
    } catch (KafkaException e) {
      throw Problem.unavailable("The topics can't be read now.");
    } finally {
      one.release();
    }
  }

  private HistoryBody read(String userId, long deadline) {
    Found<InteractionEvent> events =
        records.of(userId, topics.interactionEvents(), InteractionEvent.class, MOST, deadline);
    Found<Session> sessions = records.of(userId, topics.sessions(), Session.class, MOST, deadline);
    Found<SegmentChange> changes =
        records.of(userId, topics.segmentChanges(), SegmentChange.class, MOST, deadline);
    Found<Decision> decisions =
        records.of(userId, topics.decisions(), Decision.class, MOST, deadline);
    EventJson form = EventJson.standard();
    return new HistoryBody(
        events.values().stream()
            // of an erasure only the receipt tells
            .filter(event -> !event.getType().equals(UserEngine.ERASURE))
            .map(event -> json.readTree(form.write(event)))
            .toList(),
        HistoryBody.sessions(sessions.values()),
        changes.values().stream().map(HistoryBody.Change::of).toList(),
        decisions.values().stream().map(HistoryBody.Reply::of).toList(),
        List.of(events, sessions, changes, decisions).stream().allMatch(Found::complete));
  }
}

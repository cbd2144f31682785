package dev.attune.responses.user;

import dev.attune.core.user.UserEngine;
import dev.attune.responses.erasure.ErasureLog;
import dev.attune.responses.topic.LongReads;
import dev.attune.responses.user.UserRecords.Found;
import dev.attune.schemas.Topics;
import dev.attune.schemas.avro.Decision;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.SegmentChange;
import dev.attune.schemas.avro.Session;
import dev.attune.schemas.json.EventJson;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the topics kept by time hold of a user. Each request reads four partitions, so there are few
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
  private final LongReads reads = new LongReads("Other histories are being read.");

  UserHistory(UserRecords records, ErasureLog erasures, Topics topics, JsonMapper json) {
    this.records = records;
    this.erasures = erasures;
    this.topics = topics;
    this.json = json;
  }

  HistoryBody of(String userId) {
    erasures.mustBeComplete();
    return reads.take(() -> read(userId, System.nanoTime()));
  }

  /** Each topic has its share of the time; the largest one, the last, has what the others leave. */
  private HistoryBody read(String userId, long start) {
    Found<Session> sessions =
        records.of(userId, topics.sessions(), Session.class, MOST, deadline(start, 1));
    Found<SegmentChange> changes =
        records.of(userId, topics.segmentChanges(), SegmentChange.class, MOST, deadline(start, 2));
    Found<Decision> decisions =
        records.of(userId, topics.decisions(), Decision.class, MOST, deadline(start, 3));
    Found<InteractionEvent> events =
        records.of(
            userId, topics.interactionEvents(), InteractionEvent.class, MOST, deadline(start, 4));
    EventJson form = EventJson.standard();
    List<Found<?>> all = List.of(events, sessions, changes, decisions);
    return new HistoryBody(
        events.values().stream()
            // of an erasure only the receipt tells
            .filter(event -> !event.getType().equals(UserEngine.ERASURE))
            .map(event -> json.readTree(form.write(event)))
            .toList(),
        HistoryBody.sessions(sessions.values()),
        changes.values().stream().map(HistoryBody.Change::of).toList(),
        decisions.values().stream().map(HistoryBody.Reply::of).toList(),
        all.stream().allMatch(Found::complete),
        since(all));
  }

  private static long deadline(long start, int quarters) {
    return start + BUDGET.toNanos() / 4 * quarters;
  }

  /** From when on nothing is missing in any list. */
  private static @Nullable Instant since(List<Found<?>> all) {
    return all.stream()
        .filter(found -> !found.complete())
        .map(Found::since)
        .filter(Objects::nonNull)
        .max(Comparator.naturalOrder())
        .map(Instant::ofEpochMilli)
        .orElse(null);
  }
}

package dev.attune.gateway.events;

import dev.attune.gateway.access.Caller;
import dev.attune.gateway.events.Answer.Receipt;
import dev.attune.gateway.events.Answer.Refusal;
import dev.attune.gateway.events.Answer.Rejected;
import dev.attune.gateway.kafka.EventEncoder;
import dev.attune.gateway.kafka.EventLog;
import dev.attune.gateway.kafka.Outgoing;
import dev.attune.gateway.kafka.Published;
import dev.attune.gateway.limits.Admission;
import dev.attune.gateway.privacy.Consent;
import dev.attune.gateway.privacy.Masking;
import dev.attune.gateway.problem.Problem;
import dev.attune.gateway.tracking.CustomEvents;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.EventError;
import dev.attune.schemas.json.EventTimes;
import dev.attune.schemas.json.ParsedBody.Events;
import dev.attune.schemas.json.ParsedBody.Malformed;
import dev.attune.schemas.json.ParsedBody.TooMany;
import dev.attune.schemas.json.ParsedEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Takes a decoded body in: rates, tracking plan, consent, times, masks, then the broker's word,
 * then the answer. A request ends in exactly one {@link Answer}; refused events get their dead
 * letters only when the answer is final, so that a batch that is sent again leaves one letter.
 */
@Component
final class Intake {
  /** Masks and times that the gateway itself adds must not push an event over its limit. */
  private static final int ENCODING_SLACK = 1024;

  private final Admission admission;
  private final CustomEvents customEvents;
  private final Consent consent;
  private final Masking masking;
  private final EventEncoder encoder;
  private final EventLog log;
  private final Letters letters;
  private final IngestMeters meters;
  private final long maxEventBytes;

  Intake(
      Admission admission,
      CustomEvents customEvents,
      Consent consent,
      Masking masking,
      EventEncoder encoder,
      EventLog log,
      Letters letters,
      IngestMeters meters,
      BodySettings settings) {
    this.admission = admission;
    this.customEvents = customEvents;
    this.consent = consent;
    this.masking = masking;
    this.encoder = encoder;
    this.log = log;
    this.letters = letters;
    this.meters = meters;
    this.maxEventBytes = settings.maxEvent().toBytes();
  }

  /**
   * @param thread where the answer is made once the broker has spoken
   */
  CompletableFuture<Answer> take(
      Caller caller, Decoded decoded, List<Header> headers, long receivedAt, Executor thread) {
    return switch (decoded.body()) {
      case Malformed(String detail) -> refusal(Problem.malformed(detail));
      case TooMany(int limit) ->
          refusal(Problem.tooLarge("a batch has at most " + limit + " events"));
      case Events batch when batch.events().isEmpty() ->
          refusal(Problem.malformed("expected at least one event"));
      case Events batch -> admitted(caller, decoded, batch, headers, receivedAt, thread);
    };
  }

  private static CompletableFuture<Answer> refusal(Problem problem) {
    return CompletableFuture.completedFuture(new Refusal(problem));
  }

  private CompletableFuture<Answer> admitted(
      Caller caller,
      Decoded decoded,
      Events batch,
      List<Header> headers,
      long receivedAt,
      Executor thread) {
    if (!log.isOpen()) {
      return CompletableFuture.completedFuture(unacknowledged(Published.Reason.STARTING));
    }
    Duration wait = admission.takeForKey(caller.name(), batch.events().size());
    if (wait.isZero() && admission.limitsUsers()) {
      wait = admission.takeForUsers(perUser(batch));
    }
    if (!wait.isZero()) {
      return refusal(Problem.rateLimited(wait));
    }
    Sorted sorted = sort(batch, receivedAt);
    CompletableFuture<Published> published =
        sorted.accepted.isEmpty()
            ? CompletableFuture.completedFuture(new Published.Acknowledged(List.of()))
            : log.publish(sorted.accepted, headers);
    return published.thenApplyAsync(
        outcome ->
            switch (outcome) {
              case Published.Acknowledged(List<String> tokens) -> {
                letters.write(caller, decoded, sorted.rejected, receivedAt);
                meters.count(sorted.accepted.size(), sorted.rejected);
                yield new Receipt(sorted.accepted.size(), sorted.rejected, tokens(sorted, tokens));
              }
              case Published.Unacknowledged(Published.Reason reason) -> unacknowledged(reason);
            },
        thread);
  }

  private Answer unacknowledged(Published.Reason reason) {
    meters.unacknowledged(reason);
    return new Refusal(Problem.unavailable("the events are not stored; send them again"));
  }

  /** The events of a batch, told apart. */
  private static final class Sorted {
    final List<Outgoing> accepted = new ArrayList<>();
    final List<Rejected> rejected = new ArrayList<>();
  }

  private Sorted sort(Events batch, long receivedAt) {
    Sorted sorted = new Sorted();
    for (int index = 0; index < batch.events().size(); index++) {
      switch (batch.events().get(index)) {
        case ParsedEvent.Invalid(
                EventError error,
                @Nullable String eventId,
                @Nullable String userId,
                int start,
                int end) ->
            sorted.rejected.add(rejected(index, eventId, error));
        case ParsedEvent.Valid(InteractionEvent event, int start, int end) ->
            sortValid(index, event, batch.sentAt(), receivedAt, sorted);
      }
    }
    return sorted;
  }

  private void sortValid(
      int index, InteractionEvent event, @Nullable Long sentAt, long receivedAt, Sorted sorted) {
    EventError unplanned = customEvents.check(event);
    if (unplanned != null) {
      sorted.rejected.add(rejected(index, event.getEventId(), unplanned));
      return;
    }
    if (!consent.honour(event)) {
      EventError error =
          new EventError("consent_missing", "context.consent", "expected consent to be true");
      sorted.rejected.add(rejected(index, event.getEventId(), error));
      return;
    }
    EventTimes.settle(event, sentAt, receivedAt);
    masking.event(event);
    byte[] value = encoder.encode(event);
    if (value.length > maxEventBytes + ENCODING_SLACK) {
      EventError error =
          new EventError(
              EventError.TOO_LARGE, null, "expected at most " + maxEventBytes + " bytes");
      sorted.rejected.add(rejected(index, event.getEventId(), error));
      return;
    }
    sorted.accepted.add(new Outgoing(event.getUserId(), value, receivedAt));
  }

  private static Rejected rejected(int index, @Nullable String eventId, EventError error) {
    return new Rejected(index, eventId, error.code(), error.field(), error.detail());
  }

  private static Map<String, Integer> perUser(Events batch) {
    Map<String, Integer> counts = new HashMap<>();
    for (ParsedEvent event : batch.events()) {
      if (event instanceof ParsedEvent.Valid valid) {
        counts.merge(valid.event().getUserId(), 1, Integer::sum);
      }
    }
    return counts;
  }

  private static Map<String, String> tokens(Sorted sorted, List<String> tokens) {
    Map<String, String> byUser = new LinkedHashMap<>();
    for (int i = 0; i < tokens.size(); i++) {
      byUser.put(sorted.accepted.get(i).userId(), tokens.get(i));
    }
    return byUser;
  }
}

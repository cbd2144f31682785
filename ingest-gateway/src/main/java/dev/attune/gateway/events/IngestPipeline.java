package dev.attune.gateway.events;

import dev.attune.gateway.access.Caller;
import dev.attune.gateway.events.IngestAnswer.Rejected;
import dev.attune.gateway.events.IngestAnswer.Warning;
import dev.attune.gateway.kafka.EncodedEvent;
import dev.attune.gateway.kafka.EventEncoder;
import dev.attune.gateway.kafka.EventLog;
import dev.attune.gateway.kafka.PublishResult;
import dev.attune.gateway.limits.RateLimiter;
import dev.attune.gateway.privacy.ConsentFilter;
import dev.attune.gateway.privacy.EventMasking;
import dev.attune.gateway.tracking.TrackingPlanCheck;
import dev.attune.http.Problem;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.json.EventError;
import dev.attune.schemas.json.EventTimes;
import dev.attune.schemas.json.ParsedBody.Events;
import dev.attune.schemas.json.ParsedBody.Malformed;
import dev.attune.schemas.json.ParsedBody.TooMany;
import dev.attune.schemas.json.ParsedEvent;
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
 * Takes a decoded batch in: whose it is, rates, then each event's checks, consent, time and masks,
 * then the broker, then the answer. Refused events get their dead letters once the answer is final,
 * so that a batch that is sent again leaves one letter.
 */
@Component
final class IngestPipeline {
  /** Masks and times that the gateway itself adds must not push an event over its limit. */
  private static final int ENCODING_SLACK = 1024;

  private final RateLimiter rates;
  private final TrackingPlanCheck trackingPlan;
  private final ConsentFilter consent;
  private final EventMasking masking;
  private final EventEncoder encoder;
  private final EventLog log;
  private final DeadLetterWriter deadLetters;
  private final IngestMeters meters;
  private final long maxEventBytes;

  IngestPipeline(
      RateLimiter rates,
      TrackingPlanCheck trackingPlan,
      ConsentFilter consent,
      EventMasking masking,
      EventEncoder encoder,
      EventLog log,
      DeadLetterWriter deadLetters,
      IngestMeters meters,
      BodySettings settings) {
    this.rates = rates;
    this.trackingPlan = trackingPlan;
    this.consent = consent;
    this.masking = masking;
    this.encoder = encoder;
    this.log = log;
    this.deadLetters = deadLetters;
    this.meters = meters;
    this.maxEventBytes = settings.maxEvent().toBytes();
  }

  /** The events of a batch, told apart. */
  private record Sorted(
      List<EncodedEvent> accepted, List<Rejected> rejected, List<Warning> warnings) {
    Sorted() {
      this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }
  }

  /**
   * @param strict whether an event with a field that nobody knows is rejected
   * @param worker writes the dead letters and makes the answer, once the broker has answered
   * @throws Problem for the whole batch, at once or in the future: {@code malformed}, {@code
   *     too_large}, {@code forbidden}, {@code rate_limited}, {@code unavailable}
   */
  CompletableFuture<IngestAnswer> take(
      Caller caller,
      DecodedBatch decoded,
      boolean strict,
      List<Header> headers,
      long receivedAt,
      Executor worker) {
    Events batch =
        switch (decoded.body()) {
          case Malformed(String detail) -> throw Problem.malformed(detail);
          case TooMany(int limit) ->
              throw Problem.tooLarge("A batch has at most " + limit + " events.");
          case Events events when events.events().isEmpty() ->
              throw Problem.malformed("A batch must have at least one event.");
          case Events events -> events;
        };
    if (!log.isOpen()) {
      throw unacknowledged(PublishResult.Reason.STARTING);
    }
    mustSpeakForAll(caller, batch);
    rates.take(
        caller, batch.events().size(), rates.limitsUsers(caller) ? perUser(batch) : Map.of());
    Sorted sorted = sort(batch, strict, receivedAt);
    CompletableFuture<PublishResult> published =
        sorted.accepted.isEmpty()
            ? CompletableFuture.completedFuture(new PublishResult.Acknowledged(List.of()))
            : log.publish(sorted.accepted, headers);
    return published.thenApplyAsync(
        outcome ->
            switch (outcome) {
              case PublishResult.Acknowledged(List<String> tokens) -> {
                deadLetters.write(caller, decoded, sorted.rejected, receivedAt);
                meters.count(sorted.accepted.size(), sorted.rejected, sorted.warnings);
                yield new IngestAnswer(
                    sorted.accepted.size(),
                    sorted.rejected,
                    tokens(sorted, tokens),
                    sorted.warnings);
              }
              case PublishResult.Unacknowledged(PublishResult.Reason reason) ->
                  throw unacknowledged(reason);
            },
        worker);
  }

  private Problem unacknowledged(PublishResult.Reason reason) {
    meters.unacknowledged(reason);
    return Problem.unavailable("The events are not known to be stored; send them again.");
  }

  /** Before rates: nobody uses up what is another's. */
  private static void mustSpeakForAll(Caller caller, Events batch) {
    String proven = null;
    for (ParsedEvent event : batch.events()) {
      String user =
          switch (event) {
            case ParsedEvent.Invalid invalid -> invalid.userId();
            case ParsedEvent.Valid valid -> valid.event().getUserId();
          };
      if (user != null && !user.equals(proven)) {
        if (!caller.speaksFor(user)) {
          throw Caller.SignedBrowser.unproven();
        }
        proven = user;
      }
    }
  }

  private Sorted sort(Events batch, boolean strict, long receivedAt) {
    Sorted sorted = new Sorted();
    for (int index = 0; index < batch.events().size(); index++) {
      switch (batch.events().get(index)) {
        case ParsedEvent.Invalid invalid ->
            sorted.rejected.add(rejected(index, invalid.eventId(), invalid.error()));
        case ParsedEvent.Valid valid -> {
          List<Warning> unknown = UnknownFields.of(index, valid.event());
          if (strict && !unknown.isEmpty()) {
            Warning first = unknown.getFirst();
            EventError error = new EventError(first.code(), first.field(), first.detail());
            sorted.rejected.add(rejected(index, valid.event().getEventId(), error));
          } else if (sort(index, valid.event(), batch, receivedAt, sorted)) {
            sorted.warnings.addAll(unknown);
          }
        }
      }
    }
    return sorted;
  }

  /** Whether the event was accepted. */
  private boolean sort(
      int index, InteractionEvent event, Events batch, long receivedAt, Sorted sorted) {
    EventError error = check(event);
    if (error == null) {
      EventTimes.settle(event, batch.sentAt(), receivedAt);
      masking.event(event);
      byte[] value = encoder.encode(event);
      if (value.length <= maxEventBytes + ENCODING_SLACK) {
        sorted.accepted.add(new EncodedEvent(event.getUserId(), value, receivedAt));
        return true;
      }
      String detail = "expected at most " + maxEventBytes + " bytes";
      error = new EventError(EventError.TOO_LARGE, null, detail);
    }
    sorted.rejected.add(rejected(index, event.getEventId(), error));
    return false;
  }

  private @Nullable EventError check(InteractionEvent event) {
    EventError unplanned = trackingPlan.check(event);
    if (unplanned != null) {
      return unplanned;
    }
    return consent.honour(event)
        ? null
        : new EventError("consent_missing", "context.consent", "expected consent to be true");
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

package dev.attune.responses.reply;

import dev.attune.core.experiment.Assignment;
import dev.attune.core.reply.PredictionLookup;
import dev.attune.core.reply.Reply;
import dev.attune.core.reply.ReplyEngine;
import dev.attune.core.reply.ReplyRequest;
import dev.attune.http.Problem;
import dev.attune.responses.decision.DecisionLog;
import dev.attune.responses.decision.DecisionRecords;
import dev.attune.responses.epoch.EventTokens;
import dev.attune.responses.experiment.ExperimentAnalyses;
import dev.attune.responses.playbook.LivePlaybook;
import dev.attune.responses.reply.PreviewController.PreviewBody;
import dev.attune.responses.store.PredictionStore;
import dev.attune.schemas.Position;
import dev.attune.tracing.TraceSpan;
import io.opentelemetry.api.trace.SpanKind;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * One reply: read the store, have a place in the decision log kept, decide, record. The place comes
 * first, since a reply that can't be recorded must be the generic one.
 */
@Component
class ReplyService {
  private final PredictionStore store;
  private final DecisionLog log;
  private final LivePlaybook playbook;
  private final ExperimentAnalyses analyses;
  private final Clock clock;
  private final ReplyMeters meters;
  private final EventTokens tokens;

  ReplyService(
      PredictionStore store,
      DecisionLog log,
      LivePlaybook playbook,
      ExperimentAnalyses analyses,
      Clock clock,
      ReplyMeters meters,
      EventTokens tokens) {
    this.store = store;
    this.log = log;
    this.playbook = playbook;
    this.analyses = analyses;
    this.clock = clock;
    this.meters = meters;
    this.tokens = tokens;
  }

  /**
   * Replies once the store has answered.
   *
   * @param span the request's, which the caller ends
   * @param thread where the reply is made
   */
  CompletableFuture<ReplyBody> reply(IncomingRequest asked, TraceSpan span, Executor thread) {
    ReplyRequest request = asked.request();
    if (!playbook.engine().knows(request.slot())) {
      throw Problem.unknownSlot();
    }
    TraceSpan reading = span.child("redis read", SpanKind.CLIENT).tag("db.system.name", "redis");
    return answer(asked, span, thread)
        .thenApply(
            answer -> {
              reading.end();
              return reply(request, answer, span);
            });
  }

  private ReplyBody reply(ReplyRequest request, PredictionLookup answer, TraceSpan span) {
    if (answer instanceof PredictionLookup.Held held) {
      tokens.found(held.prediction());
    }
    ReplyEngine engine = engine(request, answer);
    try (DecisionLog.Place place = log.reserve()) {
      Instant now = clock.instant();
      Reply reply = engine.reply(request, answer, place.isReal(), now, analyses.banditWeights());
      String id = log.newId(request.userId(), now);
      place.fill(DecisionRecords.of(id, request, reply, now));
      meters.replied(request.slot(), reply);
      span.tag("attune.slot", request.slot()).tag("attune.reason", reply.reason());
      return ReplyBody.of(id, reply, tokens.warning(request.after()));
    }
  }

  /**
   * What would be said by what is known now. It is neither logged nor counted.
   *
   * @throws Problem {@code unknown_slot}
   */
  PreviewBody preview(String userId, String slot, @Nullable String locale) {
    if (!playbook.engine().knows(slot)) {
      throw Problem.unknownSlot();
    }
    var request = new ReplyRequest(userId, null, slot, locale, Map.of(), null, null, null);
    PredictionLookup answer = store.read(userId, Runnable::run, TraceSpan.NONE).join();
    Reply reply =
        engine(request, answer)
            .reply(request, answer, true, clock.instant(), analyses.banditWeights());
    Assignment arm = reply.assignment();
    return new PreviewBody(
        slot,
        reply.message().text(),
        reply.personalized(),
        reply.reason(),
        arm == null ? null : arm.experiment(),
        arm == null ? null : arm.variant());
  }

  /** The one that understands the user's vector, unless it is too old to know the slot. */
  private ReplyEngine engine(ReplyRequest request, PredictionLookup answer) {
    ReplyEngine engine = playbook.engineFor(answer);
    return engine.knows(request.slot()) ? engine : playbook.engine();
  }

  private CompletableFuture<PredictionLookup> answer(
      IncomingRequest asked, TraceSpan span, Executor thread) {
    ReplyRequest request = asked.request();
    Position after = request.after();
    return after == null
        ? store.read(request.userId(), thread, span)
        : store.read(request.userId(), after, asked.patience(), thread, span);
  }
}

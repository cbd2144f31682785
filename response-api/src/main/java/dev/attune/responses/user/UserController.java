package dev.attune.responses.user;

import dev.attune.core.access.Scope;
import dev.attune.core.reply.PredictionLookup;
import dev.attune.http.Problem;
import dev.attune.responses.access.Caller;
import dev.attune.responses.audit.Audit;
import dev.attune.responses.epoch.EventTokens;
import dev.attune.responses.erasure.ErasureLog;
import dev.attune.responses.playbook.LivePlaybook;
import dev.attune.responses.store.PredictionStore;
import dev.attune.schemas.Position;
import dev.attune.tracing.TraceSpan;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import java.time.Clock;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import reactor.core.publisher.Flux;

/** The edges of {@code GET /v1/users/{userId}} and its events. */
@RestController
class UserController {
  private static final int MAX_WAIT_MS = (int) PredictionStore.LONGEST_WAIT.toMillis();

  private final PredictionStore store;
  private final UserStateClient state;
  private final UserEvents events;
  private final UserHistory history;
  private final LivePlaybook playbook;
  private final EventTokens tokens;
  private final ErasureLog erasures;
  private final Audit audit;
  private final Clock clock;

  UserController(
      PredictionStore store,
      UserStateClient state,
      UserEvents events,
      UserHistory history,
      LivePlaybook playbook,
      EventTokens tokens,
      ErasureLog erasures,
      Audit audit,
      Clock clock) {
    this.store = store;
    this.state = state;
    this.events = events;
    this.history = history;
    this.playbook = playbook;
    this.tokens = tokens;
    this.erasures = erasures;
    this.audit = audit;
    this.clock = clock;
  }

  @Operation(
      operationId = "user",
      summary = "Features, segments and prediction as of the user's newest event",
      description =
          "With `after` and `waitMs` it waits until they include that event, or until the time is"
              + " over. With `asOf=now` features and segments are evaluated again, so that windows,"
              + " times since and decays are up to date; the prediction stays that of the newest"
              + " event. `history=true` (secret key) adds events, sessions, segment changes and"
              + " replies, as far back as their topics keep them. It reads the user's partition of"
              + " each topic, the newest first, for 20 s at most, and serves two requests at a"
              + " time; others wait a few seconds.")
  @GetMapping(path = "/v1/users/{userId}", produces = MediaType.APPLICATION_JSON_VALUE)
  UserBody user(
      @Parameter(hidden = true) Caller caller,
      @Parameter(hidden = true) ServerHttpRequest request,
      @PathVariable String userId,
      @RequestParam(required = false) @Nullable String after,
      @RequestParam(defaultValue = "0") int waitMs,
      @RequestParam(required = false) @Nullable String asOf,
      @RequestParam(defaultValue = "false") boolean history) {
    var unused = caller.mustReach(userId, Scope.READ);
    if (history) {
      caller.mustBeServer(Scope.READ);
    }
    if (asOf != null && !asOf.equals("now")) {
      throw Problem.invalid("asOf", "asOf can only be `now`.");
    }
    PredictionLookup stored = read(userId, after, waitMs);
    if (history) {
      audit.allow(caller, request, "history_read", erasures.hash(userId));
      return export(userId, stored, asOf != null);
    }
    return asOf == null ? asOfNewestEvent(userId, stored) : asOfNow(userId, stored);
  }

  /** All that is held; a user who was never scored may have records all the same. */
  private UserBody export(String userId, PredictionLookup stored, boolean now) {
    HistoryBody records = history.of(userId);
    if (stored instanceof PredictionLookup.Nothing) {
      if (records.isEmpty()) {
        throw nothing();
      }
      return UserBody.unscored(userId).with(records);
    }
    return (now ? asOfNow(userId, stored) : asOfNewestEvent(userId, stored)).with(records);
  }

  private UserBody asOfNow(String userId, PredictionLookup stored) {
    UserStateClient.AsOfNow now = state.now(userId).orElseThrow(UserController::nothing);
    UserBody newest =
        stored instanceof PredictionLookup.Held held
            ? UserBody.of(userId, held.prediction(), playbook, clock.millis())
            : UserBody.unscored(userId);
    return new UserBody(
        userId, now.features(), now.segments(), newest.arms(), newest.prediction(), null);
  }

  private static Problem nothing() {
    return Problem.notFound("Nothing is stored about this user.");
  }

  private UserBody asOfNewestEvent(String userId, PredictionLookup stored) {
    return switch (stored) {
      case PredictionLookup.Held held ->
          UserBody.of(userId, held.prediction(), playbook, clock.millis());
      case PredictionLookup.Nothing() -> throw nothing();
      case PredictionLookup.Unavailable() ->
          throw Problem.unavailable("The prediction store did not answer in time.");
    };
  }

  @Operation(
      operationId = "userEvents",
      summary = "Server-Sent Events: one whenever the user's prediction changes",
      description =
          "The first event has what is known now, unless `Last-Event-ID` resumes an earlier stream."
              + " A comment every few seconds keeps the connection open. The stream ends when the"
              + " signature that opened it expires, and when the user is erased. The number of"
              + " streams per user and per key is limited; beyond it the answer is 429.")
  @GetMapping(path = "/v1/users/{userId}/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  Flux<ServerSentEvent<String>> follow(
      @Parameter(hidden = true) Caller caller,
      @PathVariable String userId,
      @RequestHeader(name = "Last-Event-ID", required = false) @Nullable String lastEventId) {
    return events.follow(caller, userId, lastEventId);
  }

  private PredictionLookup read(String userId, @Nullable String after, int waitMs) {
    if (waitMs < 0 || waitMs > MAX_WAIT_MS) {
      throw Problem.invalid("waitMs", "waitMs must be a whole number from 0 to 1000.");
    }
    if (after == null) {
      return store.read(userId, Runnable::run, TraceSpan.NONE).join();
    }
    Position position = tokens.read(after);
    return store
        .read(userId, position, Duration.ofMillis(waitMs), Runnable::run, TraceSpan.NONE)
        .join();
  }
}

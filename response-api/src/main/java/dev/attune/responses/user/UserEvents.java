package dev.attune.responses.user;

import dev.attune.core.access.Scope;
import dev.attune.http.Problem;
import dev.attune.predictions.PredictionKey;
import dev.attune.predictions.StoredEntry;
import dev.attune.responses.access.Caller;
import dev.attune.responses.erasure.ErasureLog;
import dev.attune.responses.playbook.LivePlaybook;
import dev.attune.responses.store.PredictionWatch;
import dev.attune.responses.store.StoreSettings;
import dev.attune.schemas.avro.StoredPrediction;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.http.codec.ServerSentEvent;
import org.springframework.stereotype.Component;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.FluxSink.OverflowStrategy;
import tools.jackson.databind.json.JsonMapper;

/** Sends a user's prediction to whoever follows it, each on a virtual thread of his own. */
@Component
class UserEvents {
  /** Between reads that fail. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  private final PredictionWatch watch;
  private final ErasureLog erasures;
  private final LivePlaybook playbook;
  private final JsonMapper json;
  private final Clock clock;
  private final Duration heartbeat;

  UserEvents(
      PredictionWatch watch,
      ErasureLog erasures,
      LivePlaybook playbook,
      JsonMapper json,
      Clock clock,
      StoreSettings settings) {
    this.heartbeat = settings.heartbeat();
    this.watch = watch;
    this.erasures = erasures;
    this.playbook = playbook;
    this.json = json;
    this.clock = clock;
  }

  /**
   * A stream until the caller may no longer read the user, or the user is erased.
   *
   * @throws Problem {@code forbidden}
   */
  Flux<ServerSentEvent<String>> follow(Caller caller, String userId, @Nullable String lastEventId) {
    String from = checked(lastEventId);
    var permission = new Permission(userId, clock.millis(), caller.mustReach(userId, Scope.READ));
    // who reads too slowly gets the latest
    return Flux.create(
        follower -> begin(follower, permission, caller.name(), from), OverflowStrategy.LATEST);
  }

  /** To read a user: from the stream's beginning, in milliseconds, until a time. */
  private record Permission(String userId, long since, Instant until) {}

  private boolean holds(Permission permission) {
    return clock.instant().isBefore(permission.until())
        && !erasures.wasErasedSince(permission.userId(), permission.since());
  }

  private void begin(
      FluxSink<ServerSentEvent<String>> follower,
      Permission permission,
      String key,
      @Nullable String from) {
    try {
      PredictionWatch.Place place = watch.place(permission.userId(), key);
      Thread.ofVirtual().start(() -> run(follower, place, permission, from));
    } catch (Problem full) {
      follower.error(full);
    }
  }

  /** An id that is none of ours starts anew instead of failing for ever. */
  private static @Nullable String checked(@Nullable String lastEventId) {
    try {
      return lastEventId == null ? null : PredictionKey.parse(lastEventId).toString();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private void run(
      FluxSink<ServerSentEvent<String>> follower,
      PredictionWatch.Place reserved,
      Permission permission,
      @Nullable String from) {
    try (PredictionWatch.Place place = reserved) {
      // the client learns at once that it is connected
      follower.next(comment("following"));
      String seen = from;
      long beat = System.nanoTime();
      while (watch.isOpen() && !follower.isCancelled() && holds(permission)) {
        StoredEntry news = next(place, seen);
        if (news != null && holds(permission)) {
          follower.next(prediction(permission.userId(), news));
          seen = news.entryId();
          beat = System.nanoTime();
        } else if (System.nanoTime() - beat > heartbeat.toNanos()) {
          follower.next(comment("still here"));
          beat = System.nanoTime();
        }
      }
    } finally {
      follower.complete();
    }
  }

  /** Null also while Redis is away: the stream stays open, and goes on where it was. */
  private static @Nullable StoredEntry next(PredictionWatch.Place place, @Nullable String above) {
    try {
      return place.next(above);
    } catch (CompletionException e) {
      LockSupport.parkNanos(PAUSE.toNanos());
      return null;
    }
  }

  private static ServerSentEvent<String> comment(String text) {
    return ServerSentEvent.<String>builder().comment(text).build();
  }

  /** What a newer version of Attune has written is passed over, and the stream goes on. */
  private ServerSentEvent<String> prediction(String userId, StoredEntry news) {
    StoredPrediction prediction;
    try {
      prediction = news.prediction();
    } catch (UncheckedIOException e) {
      return comment("unreadable");
    }
    UserBody body = UserBody.of(userId, prediction, playbook, clock.millis());
    return ServerSentEvent.builder(json.writeValueAsString(body))
        .id(news.entryId())
        .event("prediction")
        .build();
  }
}

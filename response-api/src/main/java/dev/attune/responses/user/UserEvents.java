package dev.attune.responses.user;

import dev.attune.http.Problem;
import dev.attune.predictions.PredictionKey;
import dev.attune.predictions.StoredEntry;
import dev.attune.responses.playbook.LivePlaybook;
import dev.attune.responses.store.PredictionWatch;
import dev.attune.responses.store.StoreSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletionException;
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
  private final PredictionWatch watch;
  private final LivePlaybook playbook;
  private final JsonMapper json;
  private final Clock clock;
  private final Duration heartbeat;

  UserEvents(
      PredictionWatch watch,
      LivePlaybook playbook,
      JsonMapper json,
      Clock clock,
      StoreSettings settings) {
    this.heartbeat = settings.heartbeat();
    this.watch = watch;
    this.playbook = playbook;
    this.json = json;
    this.clock = clock;
  }

  Flux<ServerSentEvent<String>> follow(String userId, @Nullable String lastEventId) {
    String from = checked(lastEventId);
    // who reads too slowly gets the latest
    return Flux.create(follower -> begin(follower, userId, from), OverflowStrategy.LATEST);
  }

  private void begin(
      FluxSink<ServerSentEvent<String>> follower, String userId, @Nullable String from) {
    watch
        .place()
        .ifPresentOrElse(
            place -> Thread.ofVirtual().start(() -> run(follower, place, userId, from)),
            () -> follower.error(Problem.unavailable("Too many browsers follow already.")));
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
      String userId,
      @Nullable String from) {
    try (PredictionWatch.Place place = reserved) {
      // the client learns at once that it is connected
      follower.next(comment("following"));
      String seen = from;
      long beat = System.nanoTime();
      while (watch.isOpen() && !follower.isCancelled()) {
        StoredEntry news = place.next(userId, seen);
        if (news != null) {
          follower.next(prediction(userId, news));
          seen = news.entryId();
          beat = System.nanoTime();
        } else if (System.nanoTime() - beat > heartbeat.toNanos()) {
          follower.next(comment("still here"));
          beat = System.nanoTime();
        }
      }
    } catch (CompletionException e) {
      // the browser connects again and resumes
    } finally {
      follower.complete();
    }
  }

  private static ServerSentEvent<String> comment(String text) {
    return ServerSentEvent.<String>builder().comment(text).build();
  }

  private ServerSentEvent<String> prediction(String userId, StoredEntry news) {
    UserBody body = UserBody.of(userId, news.prediction(), playbook, clock.millis());
    return ServerSentEvent.builder(json.writeValueAsString(body))
        .id(news.entryId())
        .event("prediction")
        .build();
  }
}

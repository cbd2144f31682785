package dev.attune.responses.user;

import dev.attune.responses.playbook.LivePlaybook;
import dev.attune.responses.problem.ApiProblem;
import dev.attune.responses.store.PredictionWatch;
import dev.attune.responses.store.StoreSettings;
import dev.attune.responses.store.Versioned;
import dev.attune.schemas.store.PredictionKey;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import redis.clients.jedis.exceptions.JedisException;
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

  SseEmitter follow(String userId, @Nullable String lastEventId) {
    String from = checked(lastEventId);
    PredictionWatch.Place place =
        watch
            .place()
            .orElseThrow(() -> ApiProblem.unavailable("Too many browsers follow already."));
    SseEmitter emitter = new SseEmitter(0L);
    AtomicBoolean gone = new AtomicBoolean();
    emitter.onCompletion(() -> gone.set(true));
    emitter.onError(failure -> gone.set(true));
    Thread.ofVirtual().start(() -> run(new Follower(emitter, place, gone), userId, from));
    return emitter;
  }

  /** An id that is none of ours starts anew instead of failing for ever. */
  private static @Nullable String checked(@Nullable String lastEventId) {
    try {
      return lastEventId == null ? null : PredictionKey.parse(lastEventId).toString();
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private void run(Follower follower, String userId, @Nullable String from) {
    try (PredictionWatch.Place place = follower.place()) {
      // the client learns at once that it is connected
      follower.emitter().send(SseEmitter.event().comment("following"));
      String seen = from;
      long beat = System.nanoTime();
      while (watch.isOpen() && !follower.gone().get()) {
        Versioned news = place.next(userId, seen);
        if (news != null) {
          send(follower.emitter(), userId, news);
          seen = news.entryId();
          beat = System.nanoTime();
        } else if (System.nanoTime() - beat > heartbeat.toNanos()) {
          follower.emitter().send(SseEmitter.event().comment("still here"));
          beat = System.nanoTime();
        }
      }
      follower.emitter().complete();
    } catch (IOException | IllegalStateException | JedisException e) {
      // the browser left, or Redis did: either way it connects again and resumes
      follower.emitter().complete();
    }
  }

  private void send(SseEmitter emitter, String userId, Versioned news) throws IOException {
    UserBody body = UserBody.of(userId, news.prediction(), playbook, clock.millis());
    emitter.send(
        SseEmitter.event()
            .id(news.entryId())
            .name("prediction")
            .data(json.writeValueAsString(body)));
  }

  private record Follower(SseEmitter emitter, PredictionWatch.Place place, AtomicBoolean gone) {}
}

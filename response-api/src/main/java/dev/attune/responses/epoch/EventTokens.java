package dev.attune.responses.epoch;

import dev.attune.http.Problem;
import dev.attune.responses.playbook.ReplySettings;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.StoredPrediction;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Reads event tokens and compares their epoch with this service's. They differ when {@code
 * ATTUNE_EPOCH} was not raised in all services alike. They also differ for a while after it was,
 * since clients keep tokens. And a client can send what it likes: a token alone proves nothing.
 *
 * <p>A prediction of a higher epoch proves that this service was left behind: only
 * inference-service writes predictions.
 */
@Component
public final class EventTokens {
  private static final Logger log = LoggerFactory.getLogger(EventTokens.class);
  private static final String WARNING = "token_epoch";

  /** A line for each token would fill the log. */
  private static final Duration QUIET = Duration.ofMinutes(1);

  private final int epoch;
  private final Clock clock;
  private final Counter higher;
  private final Counter lower;
  private final AtomicReference<@Nullable Seen> last = new AtomicReference<>();
  private final AtomicReference<Instant> silentUntil = new AtomicReference<>(Instant.MIN);
  private final AtomicInteger predictionEpoch;

  /** A token of another epoch. */
  record Seen(int epoch, Instant at) {}

  EventTokens(ReplySettings settings, Clock clock, MeterRegistry meters) {
    this.epoch = settings.epoch();
    this.clock = clock;
    this.higher = counter(meters, "higher");
    this.lower = counter(meters, "lower");
    this.predictionEpoch = new AtomicInteger(epoch);
  }

  private static Counter counter(MeterRegistry meters, String side) {
    return Counter.builder("attune.replies.token.epoch")
        .description("event tokens of a higher or lower epoch than this service's")
        .tag("epoch", side)
        .register(meters);
  }

  /**
   * Reads what a request has as {@code after}.
   *
   * @throws Problem {@code malformed} when it is no token
   */
  public Position read(String token) {
    Position position = parse(token);
    if (position.epoch() != epoch) {
      tell(position.epoch());
    }
    return position;
  }

  private static Position parse(String token) {
    try {
      return Position.parse(token);
    } catch (IllegalArgumentException e) {
      throw Problem.invalid("after", "after must be an event token.");
    }
  }

  private void tell(int other) {
    (other > epoch ? higher : lower).increment();
    Instant now = clock.instant();
    last.set(new Seen(other, now));
    Instant until = silentUntil.get();
    if (!now.isBefore(until) && silentUntil.compareAndSet(until, now.plus(QUIET))) {
      log.warn(
          "an event token is of epoch {}, this service is of epoch {}: ATTUNE_EPOCH must be the"
              + " same in ingest-gateway, feature-streams and response-api",
          other,
          epoch);
    }
  }

  /** The code that an answer tells a token's epoch with; null when that is this service's. */
  public @Nullable String warning(@Nullable Position token) {
    return token == null || token.epoch() == epoch ? null : WARNING;
  }

  /** A prediction was read. */
  public void found(StoredPrediction prediction) {
    int found = prediction.getEpoch();
    if (found > epoch && predictionEpoch.getAndAccumulate(found, Math::max) < found) {
      log.error(
          "predictions are of epoch {}, this service is of epoch {}: set its ATTUNE_EPOCH to {}",
          found,
          epoch,
          found);
    }
  }

  int epoch() {
    return epoch;
  }

  /** The highest that a prediction had; this service's own while none was higher. */
  int predictionEpoch() {
    return predictionEpoch.get();
  }

  @Nullable Seen last() {
    return last.get();
  }
}

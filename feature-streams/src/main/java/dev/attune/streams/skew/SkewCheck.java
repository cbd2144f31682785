package dev.attune.streams.skew;

import dev.attune.core.feature.FeatureRow;
import dev.attune.core.user.Disposition;
import dev.attune.core.user.UserEngine;
import dev.attune.core.user.UserState;
import dev.attune.core.user.UserUpdate;
import dev.attune.kafka.topic.KeyPartition;
import dev.attune.schemas.Position;
import dev.attune.schemas.avro.InteractionEvent;
import dev.attune.schemas.avro.SessionFeatures;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Recomputes sampled users from their events and compares with the vectors that the topology wrote,
 * bit for bit. Used by one thread.
 *
 * <p>A user with a past that isn't read can't be recomputed: whose first vector differs is left
 * alone, and so is one whose vectors were made with other features. Of very many users those who
 * were seen last are kept: one who was forgotten counts as having such a past.
 */
final class SkewCheck {
  /** Vectors and events of a user come within moments; what waits longer has no counterpart. */
  private static final int MOST_WAITING = 256;

  /** Some kilobytes each. */
  private static final int MOST_USERS = 2_000;

  private final UserEngine engine;
  private final String featureSetId;
  private final int oneIn;
  private final int epoch;
  private final Counter compared;
  private final Counter skewed;
  private final Map<String, User> users =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, User> eldest) {
          return size() > MOST_USERS;
        }
      };

  SkewCheck(UserEngine engine, String featureSetId, int oneIn, int epoch, MeterRegistry registry) {
    this.engine = engine;
    this.featureSetId = featureSetId;
    this.oneIn = oneIn;
    this.epoch = epoch;
    this.compared =
        Counter.builder("attune.feature.skew.compared")
            .description("vectors computed a second time")
            .register(registry);
    this.skewed =
        Counter.builder("attune.feature.skew")
            .description(
                "vectors that differ from their second computation; anything but 0 is a bug")
            .register(registry);
  }

  private enum Standing {
    NEW,
    KNOWN,
    UNKNOWN
  }

  private static final class User {
    private @Nullable UserState state;
    private Standing standing = Standing.NEW;
    private final TreeMap<Long, FeatureRow> expected = new TreeMap<>();
    private final TreeMap<Long, FeatureRow> written = new TreeMap<>();

    /** Until an erasure, after which nothing is unknown any more. */
    private void leaveAlone() {
      standing = Standing.UNKNOWN;
      state = null;
      expected.clear();
      written.clear();
    }
  }

  /** By other bits of the hash than those that choose the partition. */
  boolean samples(@Nullable String userId) {
    return userId != null && (KeyPartition.hash(userId) >>> 12) % oneIn == 0;
  }

  void event(InteractionEvent event, int partition, long offset) {
    User user = user(event.getUserId());
    if (user.standing == Standing.UNKNOWN && !event.getType().equals(UserEngine.ERASURE)) {
      return;
    }
    UserUpdate step = engine.apply(user.state, event, new Position(epoch, partition, offset));
    user.state = step.state();
    if (step.disposition() == Disposition.ERASED) {
      // from here on the whole past is known
      user.standing = Standing.KNOWN;
      user.expected.clear();
      user.written.clear();
      return;
    }
    meet(user, offset, step.row(), user.written, user.expected);
  }

  void vector(SessionFeatures features) {
    User user = user(features.getUserId());
    if (!features.getVector().getFeatureSetId().equals(featureSetId)) {
      user.leaveAlone();
    }
    FeatureRow row = FeatureRow.fromAvro(features.getVector()).withMessage(features.getMessage());
    meet(user, features.getOffset(), row, user.expected, user.written);
  }

  /** Partitions have come or gone: whose they are now begins anew. */
  void forget() {
    users.clear();
  }

  private User user(String userId) {
    return users.computeIfAbsent(userId, _ -> new User());
  }

  private void meet(
      User user,
      long offset,
      FeatureRow row,
      TreeMap<Long, FeatureRow> others,
      TreeMap<Long, FeatureRow> own) {
    if (user.standing == Standing.UNKNOWN) {
      return;
    }
    FeatureRow other = others.remove(offset);
    if (other != null) {
      compare(user, other.equals(row));
      return;
    }
    own.put(offset, row);
    if (own.size() > MOST_WAITING) {
      own.pollFirstEntry();
    }
  }

  private void compare(User user, boolean equal) {
    if (user.standing == Standing.NEW && !equal) {
      user.leaveAlone();
      return;
    }
    user.standing = Standing.KNOWN;
    compared.increment();
    if (!equal) {
      skewed.increment();
    }
  }
}

package dev.attune.bench.freshness;

import dev.attune.predictions.PredictionKey;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Sees predictions become readable: Redis tells each write of a user's stream right after it, in
 * the order in which it would answer a reader. A user has one event under way at a time.
 */
final class PredictionArrivals implements AutoCloseable {
  /** As many as are sent in ten seconds: longer than any event should be under way. */
  static final int USERS = 10_000;

  private static final String KEYSPACE = "__keyspace@0__:";
  private static final long LONGEST_MICROS = TimeUnit.SECONDS.toMicros(60);

  private final AtomicLongArray since = new AtomicLongArray(USERS);
  private final Histogram micros = new ConcurrentHistogram(LONGEST_MICROS, 3);
  private final Jedis redis;
  private volatile long countedFrom = System.nanoTime();
  private final JedisPubSub writes =
      new JedisPubSub() {
        @Override
        public void onPMessage(String pattern, String channel, String message) {
          arrived(channel);
        }
      };

  PredictionArrivals(String redisUri) {
    redis = new Jedis(URI.create(redisUri));
    redis.configSet("notify-keyspace-events", "Kt");
    Thread.ofPlatform().daemon().name("arrivals").start(this::listen);
  }

  private void listen() {
    try {
      redis.psubscribe(writes, KEYSPACE + PredictionKey.of("customer-*"));
    } catch (JedisConnectionException e) {
      // Redis ended: with the benchmark, or else every event from now on is missing
    }
  }

  /** Events that were due before are awaited, but their times are not taken. */
  void countFrom(long nanos) {
    countedFrom = nanos;
  }

  void expect(long number, long sinceNanos) {
    since.set((int) (number % USERS), sinceNanos);
  }

  private void arrived(String channel) {
    int start = channel.indexOf("customer-") + "customer-".length();
    int user = Integer.parseInt(channel, start, channel.indexOf('}', start), 10);
    long sent = since.getAndSet(user, 0);
    if (sent != 0 && sent - countedFrom >= 0) {
      micros.recordValue(Math.clamp((System.nanoTime() - sent) / 1_000, 1, LONGEST_MICROS));
    }
  }

  /** Events under way. */
  long missing() {
    long missing = 0;
    for (int user = 0; user < USERS; user++) {
      missing += since.get(user) == 0 ? 0 : 1;
    }
    return missing;
  }

  /** Times since the last call; what is still under way is given up. */
  Histogram take() {
    for (int user = 0; user < USERS; user++) {
      since.set(user, 0);
    }
    Histogram taken = micros.copy();
    micros.reset();
    return taken;
  }

  @Override
  public void close() {
    writes.punsubscribe();
  }
}

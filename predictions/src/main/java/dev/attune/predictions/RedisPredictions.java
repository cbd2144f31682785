package dev.attune.predictions;

import io.netty.channel.EventLoop;
import java.time.Duration;

/**
 * The predictions in Redis as one service uses them. Nothing connects before it is used, so that a
 * service starts without Redis.
 */
public final class RedisPredictions implements AutoCloseable {
  private final RedisSettings settings;
  private final RedisClients clients;

  /**
   * @param name how Redis' list of clients calls this one
   */
  public RedisPredictions(RedisSettings settings, String name) {
    this.settings = settings;
    this.clients = new RedisClients(settings, name);
  }

  public PredictionWriter writer() {
    return new RedisWriter(clients.connection(), settings);
  }

  public RefillMarks refillMarks() {
    return new RefillMarks(clients.connection(), settings);
  }

  /** Answers on a thread of its own, which what follows must not keep. */
  public PredictionReader reader() {
    return new RedisReader(clients.connection());
  }

  /** Reads and answers on this thread: an answer is handed over to no other. */
  public PredictionReader reader(EventLoop thread) {
    return new RedisReader(clients.connectionOn(thread));
  }

  /**
   * @param most waits at once
   * @param longest time of one
   */
  public BlockingReads blockingReads(int most, Duration longest) {
    return new RedisBlockingReads(clients.pool(most, longest));
  }

  @Override
  public void close() {
    clients.close();
  }
}

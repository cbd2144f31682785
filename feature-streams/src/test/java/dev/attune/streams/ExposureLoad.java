package dev.attune.streams;

import dev.attune.schemas.avro.InteractionEvent;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Users who are exposed to an experiment one after the other, and some time later do something or
 * nothing. Some events are sent twice, some users get a reply of the other arm later, which must
 * not matter. Times are whole seconds, so that their sums are exact.
 */
final class ExposureLoad implements AutoCloseable {
  /** About a second: no event is read before the decision that it belongs to. */
  private static final int USERS_BETWEEN = 100;

  private static final long PAUSE_NANOS = Duration.ofMillis(10).toNanos();

  private final Pipeline pipeline;
  private final Duration ago;
  private final int users;
  private final SplittableRandom random = new SplittableRandom(7);
  private volatile boolean stopped;
  private long decisions;
  private @Nullable Thread thread;

  /**
   * @param ago how long before now everything happens
   * @param users at most
   */
  ExposureLoad(Pipeline pipeline, Duration ago, int users) {
    this.pipeline = pipeline;
    this.ago = ago;
    this.users = users;
  }

  void start() {
    thread = Thread.ofPlatform().start(this::run);
  }

  /** Records sent; final after {@link #close}. */
  long sent() {
    return decisions + pipeline.sentEvents();
  }

  private void run() {
    int exposed = 0;
    for (; !stopped && exposed < users; exposed++) {
      decide("u" + exposed, random.nextBoolean() ? "treatment" : "control");
      if (exposed >= USERS_BETWEEN) {
        act("u" + (exposed - USERS_BETWEEN));
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    pipeline.flush();
    for (int user = Math.max(0, exposed - USERS_BETWEEN); user < exposed; user++) {
      act("u" + user);
    }
    pipeline.flush();
  }

  private void decide(String user, String variant) {
    pipeline.send(Events.decided(user, variant, wholeSecond()));
    decisions++;
  }

  private void act(String user) {
    if (random.nextInt(10) == 0) {
      return;
    }
    send(Events.messageSent(user, user + "-m", wholeSecond()));
    for (int n = random.nextInt(3); n > 0; n--) {
      send(Events.agentReplied(user, user + "-a" + n, wholeSecond(), random.nextInt(1, 100)));
    }
    if (random.nextBoolean()) {
      send(Events.issueOpened(user, user + "-o", wholeSecond()));
      if (random.nextBoolean()) {
        send(Events.issueResolved(user, user + "-r", wholeSecond() + 1_000));
      }
    }
    if (random.nextInt(10) == 0) {
      decide(user, "control");
    }
  }

  private void send(InteractionEvent event) {
    pipeline.send(event);
    if (random.nextInt(10) == 0) {
      pipeline.send(event);
    }
  }

  private long wholeSecond() {
    return (System.currentTimeMillis() - ago.toMillis()) / 1_000 * 1_000;
  }

  @Override
  public void close() {
    stopped = true;
    Thread running = thread;
    if (running != null) {
      try {
        running.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

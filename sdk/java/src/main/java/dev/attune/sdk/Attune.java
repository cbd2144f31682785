package dev.attune.sdk;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends events and asks for replies. {@link #track} only queues; one daemon thread sends batches,
 * retries and honours Retry-After. {@link #close} sends what is left within a deadline; what then
 * still waits stays in the spool file, where there is one. Thread-safe.
 *
 * <pre>{@code
 * try (Attune attune = Attune.at("http://127.0.0.1:7070", "local-secret").start()) {
 *   attune.track(Event.messageSent("u-1", "where is my order?"));
 * }
 * }</pre>
 */
public final class Attune implements AutoCloseable {
  private static final int EVENT_BYTES = 32 * 1024;
  private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(10);

  /** Tokens are remembered for so many users, to read their own writes. */
  private static final int REMEMBERED_USERS = 10_000;

  private final Options options;
  private final Spool spool;
  private final Sender sender;
  private final Replies replies;
  private final Map<String, String> tokens = new ConcurrentHashMap<>();
  private final AtomicLong dropped = new AtomicLong();
  private final Object signal = new Object();
  private final Thread thread;
  private boolean hurry;
  private boolean closing;

  Attune(Options options, Transport transport) {
    this.options = options;
    this.spool = new Spool(options.spool, options.queueLimit);
    Traces traces = new Traces(options.traceShare, options.traceparent);
    this.replies = new Replies(options, transport, traces);
    this.sender = new Sender(spool, options, transport, this::drop, this::remember, traces);
    this.thread = new Thread(this::run, "attune-sender");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * @param endpoint base URL of the ingest gateway
   * @param key a write key, or a secret key on servers
   * @throws IllegalArgumentException where the endpoint is no address, or the key has what no
   *     header can carry, such as the line break at the end of a file
   */
  public static Options at(String endpoint, String key) {
    return new Options(endpoint, key);
  }

  /** Queues an event and returns its id. */
  public String track(Event event) {
    Instant now = Instant.now();
    String id = Ids.uuidv7(now.toEpochMilli());
    String json = event.toJson(id, now);
    if (json.getBytes(StandardCharsets.UTF_8).length > EVENT_BYTES) {
      drop(DropReason.TOO_LARGE, 1);
      return id;
    }
    int lost = spool.add(id, json, !event.isWithoutConsent());
    if (lost > 0) {
      drop(DropReason.QUEUE_FULL, lost);
    }
    synchronized (signal) {
      hurry |= spool.size() >= options.batchCount;
      signal.notifyAll();
    }
    return id;
  }

  /**
   * Waits until everything queued has been answered for. A listener of {@link Options#onDrop} must
   * not wait for the sending that waits for it: there this returns at once.
   *
   * @return whether that was so within the deadline
   */
  public boolean flush(Duration deadline) throws InterruptedException {
    if (Thread.currentThread() == thread) {
      return spool.size() == 0;
    }
    long end = System.nanoTime() + deadline.toNanos();
    while (spool.size() > 0) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      wake();
      synchronized (signal) {
        signal.wait(Math.max(1, Math.min(50, left / 1_000_000)));
      }
    }
    return true;
  }

  /**
   * Asks for the reply of a slot. With {@code waitFor} above zero the reply knows the events of
   * this user that this client sent and flushed before (at most one second). A {@link ReplyRequest}
   * may say more, such as the language.
   *
   * @return empty where the server cannot be reached or refuses, or another server answers
   */
  public Optional<Reply> respond(
      String userId, String slot, Map<String, String> variables, Duration waitFor)
      throws InterruptedException {
    return respond(ReplyRequest.of(userId, slot).variables(variables).waitFor(waitFor));
  }

  /**
   * Asks for a reply, with all that the request says.
   *
   * @return empty where the server cannot be reached or refuses, or another server answers
   */
  public Optional<Reply> respond(ReplyRequest request) throws InterruptedException {
    return replies.ask(request, tokens.get(request.userId()));
  }

  /** Events that wait. */
  public int queued() {
    return spool.size();
  }

  /** Events that the gateway accepted. */
  public long sent() {
    return sender.sent();
  }

  /** Events given up, for whatever reason. */
  public long dropped() {
    return dropped.get();
  }

  @Override
  public void close() {
    close(CLOSE_DEADLINE);
  }

  /** Sends what is left, at most so long, then stops; what still waits stays in the spool file. */
  public void close(Duration deadline) {
    synchronized (signal) {
      if (closing) {
        return;
      }
    }
    try {
      flush(deadline);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      stop();
    }
  }

  /** Does not wait for the thread: a transport that ignores interrupts would hold it. */
  private void stop() {
    synchronized (signal) {
      closing = true;
      signal.notifyAll();
    }
    thread.interrupt();
    spool.close();
  }

  private void drop(DropReason reason, int count) {
    dropped.addAndGet(count);
    try {
      options.onDrop.accept(reason, count);
    } catch (RuntimeException e) {
      // the listener's own trouble must not stop the sending
    }
  }

  private void remember(String user, String token) {
    if (tokens.size() >= REMEMBERED_USERS) {
      tokens.clear();
    }
    tokens.put(user, token);
  }

  private void wake() {
    synchronized (signal) {
      hurry = true;
      signal.notifyAll();
    }
  }

  private void run() {
    Duration pause = Duration.ZERO;
    try {
      while (true) {
        if (pause.isZero()) {
          awaitWork();
        } else {
          awaitRetry(pause);
        }
        synchronized (signal) {
          if (closing) {
            return;
          }
        }
        pause = sender.drain();
        synchronized (signal) {
          signal.notifyAll();
        }
      }
    } catch (InterruptedException e) {
      // close() asked for it
    }
  }

  private void awaitWork() throws InterruptedException {
    synchronized (signal) {
      while (spool.size() == 0 && !closing) {
        signal.wait();
      }
      long end = System.nanoTime() + options.batchDelay.toNanos();
      for (long left = options.batchDelay.toMillis(); left > 0 && !hurry && !closing; ) {
        signal.wait(left);
        left = (end - System.nanoTime()) / 1_000_000;
      }
      hurry = false;
    }
  }

  /** A pause is the server's wish: new events do not shorten it, only closing does. */
  private void awaitRetry(Duration pause) throws InterruptedException {
    long end = System.nanoTime() + pause.toNanos();
    synchronized (signal) {
      for (long left = pause.toMillis(); left > 0 && !closing; ) {
        signal.wait(left);
        left = (end - System.nanoTime()) / 1_000_000;
      }
    }
  }
}

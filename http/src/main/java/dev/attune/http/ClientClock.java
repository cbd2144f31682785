package dev.attune.http;

import java.time.Duration;

/**
 * What a connection waits for from its client, since when, and until when. No deadline moves with a
 * byte that comes: a head and a body have one that is set once, and a body besides must bring its
 * least rate in each span. The connection's thread writes; others look, and act on that thread
 * alone.
 */
final class ClientClock {
  /** What the client owes. */
  enum Awaited {
    /** The first byte of another request. */
    REQUEST("idle"),
    HEAD("head"),
    BODY("body"),
    /** It is our turn. */
    NOTHING("none"),
    /** Its end: it has had its last answer. */
    END("end");

    private final String reason;

    Awaited(String reason) {
      this.reason = reason;
    }

    /** What a connection that ends meanwhile is counted as. */
    String reason() {
      return reason;
    }
  }

  /**
   * How long a client at rest has to send its last request once the server ends, in nanoseconds.
   */
  static final long LAST_CALL = Duration.ofMillis(500).toNanos();

  /** Then for its body; all that, with {@link LingeringClose#PATIENCE}, is less than 10 s. */
  private static final long LAST_BODY = Duration.ofSeconds(3).toNanos();

  private static final long NEVER = Long.MAX_VALUE;

  private final HttpSettings settings;
  private Awaited awaited = Awaited.HEAD;
  private long since = System.nanoTime();
  private long end;
  private long spanReceived;

  /** For a body, in nanoseconds; less once the server ends. */
  private long bodyTimeout;

  /** Written last, so that who reads it first sees the others as they were then, or later. */
  private volatile long due;

  /** A connection has as long for its first head as for any other. */
  ClientClock(HttpSettings settings) {
    this.settings = settings;
    this.bodyTimeout = settings.bodyTimeout().toNanos();
    this.due = since + settings.headTimeout().toNanos();
  }

  Awaited awaited() {
    return awaited;
  }

  /** Between two requests. */
  void request() {
    set(Awaited.REQUEST, settings.idleTimeout().toNanos());
  }

  /**
   * @param begun whether a piece of it has come
   */
  void head(boolean begun) {
    if (begun && awaited != Awaited.HEAD) {
      set(Awaited.HEAD, settings.headTimeout().toNanos());
    }
  }

  void body() {
    if (awaited != Awaited.BODY) {
      spanReceived = 0;
      set(Awaited.BODY, bodyTimeout);
      due = Math.min(end, since + settings.readTimeout().toNanos());
    }
  }

  void received(int bytes) {
    spanReceived += bytes;
  }

  void nothing() {
    if (awaited != Awaited.NOTHING) {
      awaited = Awaited.NOTHING;
      due = NEVER;
    }
  }

  void end(long nanos) {
    set(Awaited.END, nanos);
  }

  private void set(Awaited next, long nanos) {
    awaited = next;
    since = System.nanoTime();
    end = since + nanos;
    due = end;
  }

  /** A body has no longer than this from now on: the server ends. */
  void hurry() {
    bodyTimeout = Math.min(bodyTimeout, LAST_BODY);
    if (awaited == Awaited.BODY) {
      end = Math.min(end, System.nanoTime() + LAST_BODY);
      due = Math.min(due, end);
    }
  }

  /** Whether somebody should ask {@link #over} on the connection's thread. */
  boolean isDue(long now) {
    long at = due;
    return at != NEVER && now - at >= 0;
  }

  /** On the connection's thread: whether what is awaited is too late. */
  boolean over(long now) {
    if (!isDue(now)) {
      return false;
    }
    boolean slow = spanReceived < settings.leastInSpan();
    if (awaited != Awaited.BODY || slow || now - end >= 0) {
      return true;
    }
    spanReceived = 0;
    due = Math.min(end, now + settings.readTimeout().toNanos());
    return false;
  }

  /**
   * For how long the client has been waited for, in nanoseconds; below 0 while it is our turn. Who
   * has had its last answer comes before all others.
   */
  long waited(long now) {
    return switch (due == NEVER ? Awaited.NOTHING : awaited) {
      case NOTHING -> -1;
      case END -> Long.MAX_VALUE;
      case REQUEST, HEAD, BODY -> Math.max(0, now - since);
    };
  }
}

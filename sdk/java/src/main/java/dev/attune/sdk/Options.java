package dev.attune.sdk;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The settings of an {@link Attune}; every default says what it prevents. */
public final class Options {
  final String endpoint;
  final String key;
  String responses;
  @Nullable Path spool;
  // a server under load fills a batch in milliseconds; 100 keeps a retry cheap
  int batchCount = 100;
  // half of the gateway's 1 MiB, so that a batch of long texts is not refused
  int batchBytes = 512 * 1024;
  Duration batchDelay = Duration.ofMillis(200);
  // ten minutes of outage at 160 events a second
  int queueLimit = 100_000;
  Duration timeout = Duration.ofSeconds(10);
  Duration firstPause = Duration.ofMillis(500);
  Duration longestPause = Duration.ofSeconds(30);
  ObjIntConsumer<DropReason> onDrop = (reason, count) -> {};
  Consumer<Failure> onFailure = failure -> {};
  @Nullable Transport transport;
  @Nullable UnaryOperator<String> signature;
  // who asks for no traces leaves the choice to the gateway
  double traceShare = -1;
  @Nullable Supplier<@Nullable String> traceparent;

  Options(String endpoint, String key) {
    this.endpoint = trimmed(endpoint);
    this.key = HeaderValues.check("the key", Objects.requireNonNull(key, "key"));
    this.responses = this.endpoint;
  }

  /** Wrong addresses are told here, not by a queue that never empties. */
  private static String trimmed(String url) {
    String scheme = String.valueOf(URI.create(url).getScheme());
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException("not an http or https address: " + url);
    }
    return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
  }

  /** Base URL of the response API, where it is not the endpoint. */
  public Options responses(String url) {
    responses = trimmed(url);
    return this;
  }

  /**
   * Keeps waiting events in this file, so that they survive the process; none whose context says
   * {@code consent: false}.
   */
  public Options spool(Path file) {
    spool = file;
    return this;
  }

  /** A batch goes out when it has so many events, so many bytes, or waited so long. */
  public Options batch(int count, int bytes, Duration delay) {
    batchCount = positive(count, "count");
    batchBytes = positive(bytes, "bytes");
    batchDelay = delay;
    return this;
  }

  /** Most events that wait; then the oldest are dropped and counted. */
  public Options queueLimit(int events) {
    queueLimit = positive(events, "queueLimit");
    return this;
  }

  /** Most time that a request takes, from the connection to the answer's last byte; 10 s. */
  public Options timeout(Duration timeout) {
    this.timeout = timeout;
    return this;
  }

  /** The first and the longest pause between tries. */
  public Options retry(Duration first, Duration longest) {
    firstPause = first;
    longestPause = longest;
    return this;
  }

  /** Told of every event given up: why and how many. */
  public Options onDrop(ObjIntConsumer<DropReason> listener) {
    onDrop = listener;
    return this;
  }

  /**
   * Told why whenever a request failed, also if it is tried again, and of each event that the
   * gateway refused. Called on the sending thread, or on the one that asks for a reply.
   */
  public Options onFailure(Consumer<Failure> listener) {
    onFailure = listener;
    return this;
  }

  /**
   * Asks your server for a user's signature, {@code <expiry, Unix seconds>.<hmac>}: what an app
   * with a write key needs to read replies. Kept until 30 s before it expires.
   */
  public Options signature(UnaryOperator<String> forUser) {
    signature = forUser;
    return this;
  }

  /**
   * The share of traces to record, 0 to 1: every request then says by {@code traceparent} whether
   * it is one. A reply continues the trace of the user's events before it. By default none is sent
   * and the gateway decides.
   */
  public Options traces(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("a share is 0 to 1");
    }
    traceShare = share;
    return this;
  }

  /** Continues the application's own traces: W3C's {@code traceparent} of now, or null. */
  public Options traces(Supplier<@Nullable String> traceparent) {
    this.traceparent = traceparent;
    return this;
  }

  /** Another way to the server than the JDK's HTTP client. */
  public Options transport(Transport transport) {
    this.transport = transport;
    return this;
  }

  /** Opens the spool and starts the sending thread. */
  public Attune start() {
    return new Attune(this, transport != null ? transport : standard());
  }

  private static Transport standard() {
    try {
      return new HttpTransport();
    } catch (LinkageError e) {
      // a platform without java.net.http, such as Android
      return new UrlConnectionTransport();
    }
  }

  private static int positive(int value, String name) {
    if (value < 1) {
      throw new IllegalArgumentException(name + " must be at least 1");
    }
    return value;
  }
}

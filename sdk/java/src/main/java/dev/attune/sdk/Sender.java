package dev.attune.sdk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;
import java.util.function.ObjIntConsumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes batches from the spool's head and removes them once the gateway has answered for each
 * event: by its counts, or by a problem with the batch itself. Anything else is tried again,
 * whoever answered it and with whatever status: keys, origins, addresses and proxies get mended. A
 * batch that may have arrived is sent again with the same ids, which the pipeline counts once. One
 * thread calls {@link #drain}.
 */
final class Sender {
  private static final Logger log = Logger.getLogger(Sender.class.getName());

  /** No sensible server asks for more, and a clock counts so far. */
  private static final Duration LONGEST_ASKED = Duration.ofDays(365);

  private final Spool spool;
  private final Options options;
  private final Transport transport;
  private final ObjIntConsumer<DropReason> onDrop;
  private final BiConsumer<String, String> onToken;
  private final Traces traces;
  private final FailureReport report;
  private int limit;
  private int failures;
  private volatile long sent;

  /**
   * @param onDrop told of events given up
   * @param onToken told of each user's token in the answers
   */
  Sender(
      Spool spool,
      Options options,
      Transport transport,
      ObjIntConsumer<DropReason> onDrop,
      BiConsumer<String, String> onToken,
      Traces traces) {
    this.traces = traces;
    this.onDrop = onDrop;
    this.spool = spool;
    this.options = options;
    this.transport = transport;
    this.onToken = onToken;
    this.limit = options.batchCount;
    this.report =
        new FailureReport(
            options.onFailure,
            options.endpoint + "/v1/events",
            "No events are taken at {0}: {1}. They are kept and sent again."
                + " Check the address, the key and any proxy in between.");
  }

  /**
   * Sends until the spool is empty or a try failed; the pause before the next try, zero when empty.
   */
  Duration drain() throws InterruptedException {
    while (true) {
      Map<String, String> batch = spool.head(limit, options.batchBytes);
      if (batch.isEmpty()) {
        return Duration.ZERO;
      }
      Duration pause = send(batch);
      if (!pause.isZero()) {
        return pause;
      }
    }
  }

  long sent() {
    return sent;
  }

  private Duration send(Map<String, String> batch) throws InterruptedException {
    Transport.Response response;
    String trace = traces.begin();
    try {
      response =
          transport.post(
              options.endpoint + "/v1/events", headers(trace), body(batch), options.timeout);
    } catch (IOException | RuntimeException e) {
      // a transport's own mistake must not end the sending thread
      report.tell(Failure.thrown(Failure.Request.EVENTS, e, true), e);
      return pause(Duration.ZERO);
    }
    return judge(response, batch, trace);
  }

  private Map<String, String> headers(@Nullable String trace) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Authorization", "Bearer " + options.key);
    headers.put("Content-Type", "application/json");
    if (trace != null) {
      headers.put(Traces.HEADER, trace);
    }
    return headers;
  }

  private static byte[] body(Map<String, String> batch) {
    String events = String.join(",", batch.values());
    return ("{\"sentAt\":\"" + Instant.now() + "\",\"events\":[" + events + "]}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private Duration judge(
      Transport.Response response, Map<String, String> batch, @Nullable String trace) {
    int status = response.status();
    Map<?, ?> answer = Json.object(response.body());
    List<?> rejected = rejected(answer);
    if (rejected != null && (isSuccess(status) || status == 400)) {
      tell(answer.get("tokens"), trace);
      warn(answer.get("warnings"));
      tellOf(rejected, status, List.copyOf(batch.keySet()));
      return settle(batch, rejected.size());
    }
    // refused whole: one event may be the cause, so the others get their own try
    boolean refused = (status == 400 || status == 413) && answer.get("code") instanceof String;
    if ((refused || status == 413) && batch.size() > 1) {
      return split(batch);
    }
    if (refused) {
      report.tell(Failure.refused(status, batch.keySet().iterator().next(), answer));
      return settle(batch, 1);
    }
    report.tell(Failure.answered(Failure.Request.EVENTS, status, answer, true), status);
    return pause(retryAfter(response.retryAfter(), Instant.now()));
  }

  private static boolean isSuccess(int status) {
    return status >= 200 && status < 300;
  }

  /** What the gateway says it did not accept; null where this is no answer of its own. */
  private static @Nullable List<?> rejected(Map<?, ?> answer) {
    boolean counts = answer.get("accepted") instanceof Number;
    return counts && answer.get("rejected") instanceof List
        ? (List<?>) answer.get("rejected")
        : null;
  }

  /** Each names its event by the index in the request. */
  private void tellOf(List<?> rejected, int status, List<String> ids) {
    for (Object one : rejected) {
      Map<?, ?> why = one instanceof Map ? (Map<?, ?>) one : Map.of();
      Object index = why.get("index");
      int at = index instanceof Number ? ((Number) index).intValue() : -1;
      String id = at >= 0 && at < ids.size() ? ids.get(at) : null;
      report.tell(Failure.refused(status, id, why));
    }
  }

  /** Fields that the gateway does not know: for the developer, who turns debugging on. */
  private static void warn(@Nullable Object warnings) {
    if (warnings != null) {
      log.log(Level.FINE, "fields that no one reads: {0}", warnings);
    }
  }

  private Duration split(Map<String, String> batch) {
    limit = (batch.size() + 1) / 2;
    return Duration.ZERO;
  }

  /** Counts and tells first: whoever waits for the spool to be empty then reads the counts. */
  private Duration settle(Map<String, String> batch, int refused) {
    sent += batch.size() - refused;
    if (refused > 0) {
      onDrop.accept(DropReason.REFUSED, refused);
    }
    spool.remove(batch.keySet());
    failures = 0;
    report.isOver();
    limit = Math.min(options.batchCount, limit * 2);
    return Duration.ZERO;
  }

  private void tell(@Nullable Object tokens, @Nullable String trace) {
    if (tokens instanceof Map) {
      Set<String> users = new HashSet<>();
      ((Map<?, ?>) tokens)
          .forEach(
              (user, token) -> {
                users.add(String.valueOf(user));
                onToken.accept(String.valueOf(user), String.valueOf(token));
              });
      traces.taken(trace, users);
    }
  }

  /** Exponential with jitter in its upper half, never before what the server asked for. */
  private Duration pause(Duration asked) {
    double full =
        Math.min(
            options.longestPause.toMillis(),
            options.firstPause.toMillis() * Math.pow(2, Math.min(failures++, 30)));
    long jittered = Math.max(1, (long) (full * ThreadLocalRandom.current().nextDouble(0.5, 1)));
    return asked.toMillis() > jittered ? asked : Duration.ofMillis(jittered);
  }

  /**
   * Retry-After in seconds or as an HTTP date (RFC 9110, 10.2.3); zero where absent or unreadable.
   */
  static Duration retryAfter(@Nullable String header, Instant now) {
    if (header == null || header.isBlank()) {
      return Duration.ZERO;
    }
    try {
      Duration asked =
          Character.isDigit(header.charAt(0))
              ? Duration.ofSeconds(Long.parseLong(header.trim()))
              : Duration.between(
                  now,
                  ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
      if (asked.isNegative()) {
        return Duration.ZERO;
      }
      return asked.compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : asked;
    } catch (NumberFormatException | DateTimeParseException e) {
      return Duration.ZERO;
    }
  }
}

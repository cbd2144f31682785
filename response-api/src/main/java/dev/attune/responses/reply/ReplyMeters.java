package dev.attune.responses.reply;

import dev.attune.core.reply.Reply;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.http.Outcome;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/**
 * Counts replies and times their requests, the latter under Spring's name and with its labels:
 * Spring's observation of each request would cost more than choosing the reply.
 */
@Component
final class ReplyMeters {
  private final MeterRegistry meters;
  private final Map<Integer, Timer> requests = new ConcurrentHashMap<>();
  private final Map<Kind, Counter> replies = new ConcurrentHashMap<>();

  private record Kind(String slot, String reason, boolean personalized) {}

  ReplyMeters(MeterRegistry meters) {
    this.meters = meters;
  }

  void replied(String slot, Reply reply) {
    replies
        .computeIfAbsent(new Kind(slot, reply.reason(), reply.personalized()), this::counter)
        .increment();
  }

  private Counter counter(Kind kind) {
    return meters.counter(
        "attune.replies",
        "slot",
        kind.slot(),
        "reason",
        kind.reason(),
        "personalized",
        Boolean.toString(kind.personalized()));
  }

  void answered(int status, long nanos) {
    requests.computeIfAbsent(status, this::timer).record(nanos, TimeUnit.NANOSECONDS);
  }

  private Timer timer(int status) {
    return Timer.builder("http.server.requests")
        .tag("error", "none")
        .tag("exception", "none")
        .tag("method", "POST")
        .tag("outcome", Outcome.forStatus(status).name())
        .tag("status", Integer.toString(status))
        .tag("uri", ReplyEndpoint.PATH)
        .register(meters);
  }
}

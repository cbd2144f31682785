package dev.attune.streams.scoring;

import dev.attune.streams.dispatch.DispatchSettings;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * How inference-service is called.
 *
 * @param addresses host:port, one or several; users are spread over all addresses that the names
 *     resolve to. The names are looked up every 5 s, so a headless service is followed as its
 *     replicas come and go; behind a cluster IP or a balancer one stream would reach one of them
 * @param secret bearer secret, since who may score could freeze a user with a huge version
 * @param tls off: only within one host or a mesh that encrypts
 * @param callDeadline longer than inference-service's own patience with Redis, else it would still
 *     store what we have given up
 * @param window open users a task: 512 at 5 ms an answer are 100,000 calls/s, and about 2 MB
 * @param submitLimit with the barrier's limit below half of transaction.timeout.ms, or a full
 *     window would let the broker abort the transaction
 * @param barrierLimit a commit waits so long for calls under way, then writes a mark for each: most
 *     calls need less, and one that hangs must not hold up other users' events
 * @param firstBackoff of a user whose call failed at two replicas: about one pause of the garbage
 *     collector
 * @param maxBackoff a user who can be scored again is noticed within this
 * @param hedgeAfter far above a healthy p99, so that hedges stay rare; 0 switches them off
 * @param breakerFailures one lost connection fails all calls on it at once, so more than a few
 * @param breakerPause between two probes of a failing replica; while all fail each task has a pause
 *     of its own
 */
@ConfigurationProperties("attune.scoring")
public record ScoringSettings(
    @DefaultValue List<String> addresses,
    @DefaultValue("") String secret,
    @DefaultValue("false") boolean tls,
    @DefaultValue("2s") Duration callDeadline,
    @DefaultValue("512") int window,
    @DefaultValue("2s") Duration submitLimit,
    @DefaultValue("10ms") Duration barrierLimit,
    @DefaultValue("50ms") Duration firstBackoff,
    @DefaultValue("1s") Duration maxBackoff,
    @DefaultValue("500ms") Duration hedgeAfter,
    @DefaultValue("32") int breakerFailures,
    @DefaultValue("500ms") Duration breakerPause) {
  public ScoringSettings {
    Assert.isTrue(!addresses.isEmpty(), "attune.scoring.addresses must be set");
    for (String address : addresses) {
      Assert.isTrue(
          address.matches("[^:/\\s]+:\\d{1,5}"),
          "attune.scoring.addresses must be host:port: " + address);
    }
    Assert.isTrue(!secret.isBlank(), "attune.scoring.secret must be set");
    Assert.isTrue(callDeadline.isPositive(), "attune.scoring.call-deadline must be positive");
    Assert.isTrue(window >= 1 && window <= 100_000, "attune.scoring.window must be 1 to 100000");
    Assert.isTrue(!submitLimit.isNegative(), "attune.scoring.submit-limit must not be negative");
    Assert.isTrue(!barrierLimit.isNegative(), "attune.scoring.barrier-limit must not be negative");
    Assert.isTrue(firstBackoff.isPositive(), "attune.scoring.first-backoff must be positive");
    Assert.isTrue(
        maxBackoff.compareTo(firstBackoff) >= 0,
        "attune.scoring.max-backoff must not be below first-backoff");
    Assert.isTrue(!hedgeAfter.isNegative(), "attune.scoring.hedge-after must not be negative");
    Assert.isTrue(breakerFailures >= 1, "attune.scoring.breaker-failures must be at least 1");
    Assert.isTrue(breakerPause.isPositive(), "attune.scoring.breaker-pause must be positive");
    addresses = List.copyOf(addresses);
  }

  public DispatchSettings dispatch() {
    return new DispatchSettings(
        window,
        submitLimit,
        barrierLimit,
        firstBackoff,
        maxBackoff,
        hedgeAfter,
        breakerFailures,
        breakerPause);
  }
}

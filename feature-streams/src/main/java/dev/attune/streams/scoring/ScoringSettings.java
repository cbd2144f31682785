package dev.attune.streams.scoring;

import dev.attune.streams.dispatch.DispatchSettings;
import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * How inference-service is called.
 *
 * @param addresses host:port of each replica; users are spread over them by hash. One name that
 *     resolves to several replicas would pin a stream to one of them, so list them
 * @param secret bearer secret, since who may score could freeze a user with a huge version
 * @param tls off: only within one host or a mesh that encrypts
 * @param callDeadline longer than inference-service's own patience with Redis (else it would still
 *     store what we have given up), shorter than the barrier
 * @param window open users a task: 512 at 5 ms an answer are 100,000 calls/s, and about 2 MB
 * @param submitLimit with the barrier's limit below half of transaction.timeout.ms, or a full
 *     window would let the broker abort the transaction
 * @param barrierLimit an outage holds up features no longer than this
 * @param firstBackoff about one pause of the garbage collector
 * @param maxBackoff a recovered service is noticed within this
 * @param hedgeAfter far above a healthy p99, so that hedges stay rare; 0 switches them off
 * @param breakerFailures one lost connection fails all calls on it at once, so more than a few
 * @param breakerPause between two probes of a failing service
 */
@Validated
@ConfigurationProperties("attune.scoring")
public record ScoringSettings(
    @NotEmpty List<@NotBlank @Pattern(regexp = "[^:/\\s]+:\\d{1,5}") String> addresses,
    @NotBlank String secret,
    @DefaultValue("false") boolean tls,
    @NotNull @DefaultValue("2s") Duration callDeadline,
    @Min(1) @Max(100_000) @DefaultValue("512") int window,
    @NotNull @DefaultValue("8s") Duration submitLimit,
    @NotNull @DefaultValue("20s") Duration barrierLimit,
    @NotNull @DefaultValue("50ms") Duration firstBackoff,
    @NotNull @DefaultValue("1s") Duration maxBackoff,
    @NotNull @DefaultValue("500ms") Duration hedgeAfter,
    @Min(1) @DefaultValue("32") int breakerFailures,
    @NotNull @DefaultValue("500ms") Duration breakerPause) {

  public ScoringSettings {
    addresses = addresses == null ? List.of() : List.copyOf(addresses);
  }

  @AssertTrue(message = "callDeadline must be positive and at most barrierLimit")
  boolean isCallDeadlineWithinBarrier() {
    return callDeadline.isPositive() && callDeadline.compareTo(barrierLimit) <= 0;
  }

  @AssertTrue(message = "firstBackoff, maxBackoff and breakerPause must be positive, in this order")
  boolean isBackoffOrdered() {
    return firstBackoff.isPositive()
        && maxBackoff.compareTo(firstBackoff) >= 0
        && breakerPause.isPositive();
  }

  @AssertTrue(message = "submitLimit and hedgeAfter must not be negative")
  boolean isNothingNegative() {
    return !submitLimit.isNegative() && !hedgeAfter.isNegative();
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

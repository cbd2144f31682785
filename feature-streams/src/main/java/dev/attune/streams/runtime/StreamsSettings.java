package dev.attune.streams.runtime;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How Kafka Streams runs.
 *
 * @param applicationId consumer group, and prefix of changelogs and transactional ids; another one
 *     starts from nothing
 * @param instanceId stable over restarts and unique among running instances: a restarted instance
 *     takes its tasks over without waiting for the session timeout
 * @param stateDir RocksDB and the process id that transactional ids are made of; lost, state is
 *     restored from changelogs
 * @param threads two tasks at a time on two cores
 * @param standbys copies of state for quick take-over; none where everything is on one machine
 * @param processingGuarantee exactly_once_v2, or at_least_once for the control test, which must
 *     show duplicates
 * @param groupProtocol classic: under {@code streams} commits would not wait for calls
 * @param commitInterval downstream readers see records only after a commit; predictions don't wait
 *     for one, but for events that arrive while their thread commits they do
 * @param sessionTimeout a killed instance's tasks move after this
 * @param transactionTimeout room for the barrier
 * @param replicationFactor of changelogs; -1 is the broker's default
 * @param rack where this instance is; standbys then prefer other racks
 * @param advertised host:port at which other instances and response-api reach this one's web server
 * @param stateMemory RocksDB's block cache and write buffers of all stores together
 * @param userMemory heap for users kept decoded while a backlog is read, of all tasks together:
 *     whoever is still there when the next event comes costs no read of the row; some 6.5 KB a user
 */
@Validated
@ConfigurationProperties("attune.streams")
public record StreamsSettings(
    @NotBlank @DefaultValue("attune-feature-streams") String applicationId,
    @NotBlank @Pattern(regexp = "[a-zA-Z0-9._-]+") String instanceId,
    @NotNull Path stateDir,
    @Min(1) @Max(256) @DefaultValue("2") int threads,
    @Min(0) @Max(8) @DefaultValue("0") int standbys,
    @Pattern(regexp = "exactly_once_v2|at_least_once") @DefaultValue("exactly_once_v2")
        String processingGuarantee,
    @Pattern(
            regexp = "classic",
            message =
                "must be classic: under the streams protocol commits would not wait for calls")
        @DefaultValue("classic")
        String groupProtocol,
    @NotNull @DefaultValue("2s") Duration commitInterval,
    @NotNull @DefaultValue("10s") Duration sessionTimeout,
    @NotNull @DefaultValue("60s") Duration transactionTimeout,
    @DefaultValue("-1") short replicationFactor,
    @Nullable String rack,
    @NotBlank @Pattern(regexp = "[^:/ ]+:[0-9]{1,5}") @DefaultValue("127.0.0.1:7074")
        String advertised,
    @NotNull @DefaultValue("96MB") DataSize stateMemory,
    @NotNull @DefaultValue("32MB") DataSize userMemory) {

  @AssertTrue(message = "stateMemory must be positive, userMemory must not be negative")
  boolean isMemoryPossible() {
    return stateMemory.toBytes() > 0 && !userMemory.isNegative();
  }

  @AssertTrue(message = "commitInterval, sessionTimeout and transactionTimeout must be positive")
  boolean isEverythingPositive() {
    return commitInterval.isPositive()
        && sessionTimeout.isPositive()
        && transactionTimeout.isPositive();
  }
}

package dev.attune.streams.runtime;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.streams.StreamsConfig;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;
import org.springframework.util.unit.DataSize;

/**
 * How Kafka Streams runs.
 *
 * @param applicationId consumer group, and prefix of changelogs and transactional ids; another one
 *     starts from nothing
 * @param instanceId stable over restarts and unique among running instances: a restarted instance
 *     takes its tasks over without waiting for the session timeout
 * @param stateDir RocksDB and the process id that transactional ids are made of; on a volume that
 *     outlives the process, else every restart restores from changelogs
 * @param threads two tasks at a time on two cores
 * @param standbys copies of state for quick take-over; none where everything is on one machine, 1
 *     on a cluster: a lost instance's tasks move in seconds
 * @param processingGuarantee exactly_once_v2, or at_least_once for the control test, which must
 *     show duplicates
 * @param groupProtocol classic: under {@code streams} commits would not wait for calls
 * @param commitInterval downstream readers see records only after a commit; predictions don't wait
 *     for one, but for events that arrive while their thread commits they do
 * @param sessionTimeout a killed instance's tasks move after this; shorter makes a long pause a
 *     death
 * @param transactionTimeout twice what a commit may wait. What a killed instance had begun holds up
 *     whoever takes its tasks until the broker rolls it back: after this, looked at every 10 s
 * @param replicationFactor of changelogs; -1 is the broker's default
 * @param rack where this instance is: standbys go to other racks, reads to the nearest replica
 * @param advertised host:port at which other instances and response-api reach this one's web server
 * @param stateMemory RocksDB's block cache and write buffers of all stores together; at least 4 MB
 *     for each partition that the instance may have, a standby's included
 * @param userMemory heap for users kept decoded while a backlog is read, of all tasks together:
 *     whoever is still there when the next event comes costs no read of the row; some 6.5 KB a user
 */
@ConfigurationProperties("attune.streams")
public record StreamsSettings(
    @DefaultValue("attune-feature-streams") String applicationId,
    @DefaultValue("streams-1") String instanceId,
    @DefaultValue(".attune/data/streams") Path stateDir,
    @DefaultValue("2") int threads,
    @DefaultValue("0") int standbys,
    @DefaultValue(StreamsConfig.EXACTLY_ONCE_V2) String processingGuarantee,
    @DefaultValue("classic") String groupProtocol,
    @DefaultValue("2s") Duration commitInterval,
    @DefaultValue("10s") Duration sessionTimeout,
    @DefaultValue("6s") Duration transactionTimeout,
    @DefaultValue("-1") short replicationFactor,
    @Nullable String rack,
    @DefaultValue("127.0.0.1:7074") String advertised,
    @DefaultValue("96MB") DataSize stateMemory,
    @DefaultValue("32MB") DataSize userMemory) {
  public StreamsSettings {
    Assert.isTrue(!applicationId.isBlank(), "attune.streams.application-id must be set");
    Assert.isTrue(
        instanceId.matches("[a-zA-Z0-9._-]+"),
        "attune.streams.instance-id must be letters, digits, dots, hyphens and underscores");
    Assert.isTrue(threads >= 1 && threads <= 256, "attune.streams.threads must be 1 to 256");
    Assert.isTrue(standbys >= 0 && standbys <= 8, "attune.streams.standbys must be 0 to 8");
    Assert.isTrue(
        List.of(StreamsConfig.EXACTLY_ONCE_V2, StreamsConfig.AT_LEAST_ONCE)
            .contains(processingGuarantee),
        "attune.streams.processing-guarantee must be exactly_once_v2 or at_least_once");
    Assert.isTrue(
        groupProtocol.equals("classic"),
        "attune.streams.group-protocol must be classic: under the streams protocol commits would not wait for"
            + " calls");
    Assert.isTrue(commitInterval.isPositive(), "attune.streams.commit-interval must be positive");
    Assert.isTrue(sessionTimeout.isPositive(), "attune.streams.session-timeout must be positive");
    Assert.isTrue(
        transactionTimeout.isPositive(), "attune.streams.transaction-timeout must be positive");
    Assert.isTrue(
        advertised.matches("[^:/ ]+:[0-9]{1,5}"), "attune.streams.advertised must be host:port");
    Assert.isTrue(stateMemory.toBytes() > 0, "attune.streams.state-memory must be positive");
    Assert.isTrue(!userMemory.isNegative(), "attune.streams.user-memory must not be negative");
  }
}

package dev.attune.gateway.kafka;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Pattern;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The topics.
 *
 * @param prefix of every topic's name; several installations can share a cluster
 * @param create false where an operator makes the topics and the service may not
 * @param partitions of topics that are created: bounds the parallelism of everything downstream
 * @param replicationFactor of topics that are created; 3 in production, 1 on one broker
 */
@Validated
@ConfigurationProperties("attune.topics")
public record TopicSettings(
    @DefaultValue("attune.") @Pattern(regexp = "[a-zA-Z0-9._-]{0,100}") String prefix,
    @DefaultValue("true") boolean create,
    @DefaultValue("4") @Min(1) @Max(10_000) int partitions,
    @DefaultValue("1") @Min(1) @Max(10) short replicationFactor) {}

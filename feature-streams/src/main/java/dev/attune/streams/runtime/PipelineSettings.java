package dev.attune.streams.runtime;

import dev.attune.schemas.Position;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What the pipeline's services have to agree on.
 *
 * @param playbook the chatbot's folder
 * @param epoch raised when interaction-events is recreated or repartitioned, since offsets start
 *     again
 * @param topicPrefix before every topic's name
 * @param topicsCreate whether missing topics are created; off where only operators may
 * @param topicPartitions of topics created here
 * @param topicReplication of topics created here
 * @param registryUrl schema registry with Confluent's API
 * @param registryTimeout a request; a stream thread waits at most this long for an unknown schema
 */
@ConfigurationProperties("attune.pipeline")
public record PipelineSettings(
    @NotNull Path playbook,
    @Min(0) @Max(Position.MAX_EPOCH) @DefaultValue("0") int epoch,
    @NotNull @Pattern(regexp = "[a-zA-Z0-9._-]*") @DefaultValue("attune.") String topicPrefix,
    @DefaultValue("true") boolean topicsCreate,
    @Min(1) @DefaultValue("4") int topicPartitions,
    @Min(1) @DefaultValue("1") short topicReplication,
    @NotNull URI registryUrl,
    @NotNull @DefaultValue("5s") Duration registryTimeout) {}

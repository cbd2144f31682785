package dev.attune.streams.runtime;

import dev.attune.schemas.Position;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * What the pipeline's services have to agree on.
 *
 * @param playbook the chatbot's folder
 * @param epoch raised when interaction-events is recreated or repartitioned, since offsets start
 *     again
 */
@Validated
@ConfigurationProperties("attune.pipeline")
public record PipelineSettings(
    @NotNull Path playbook, @Min(0) @Max(Position.MAX_EPOCH) @DefaultValue("0") int epoch) {}

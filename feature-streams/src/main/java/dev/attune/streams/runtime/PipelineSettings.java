package dev.attune.streams.runtime;

import dev.attune.schemas.Position;
import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * What the pipeline's services have to agree on.
 *
 * @param playbook the chatbot's folder
 * @param epoch raised when interaction-events is recreated or repartitioned, since offsets start
 *     again
 */
@ConfigurationProperties("attune.pipeline")
public record PipelineSettings(
    @DefaultValue("playbooks/support") Path playbook, @DefaultValue("0") int epoch) {
  public PipelineSettings {
    Assert.isTrue(
        epoch >= 0 && epoch <= Position.MAX_EPOCH,
        "attune.pipeline.epoch must be 0 to " + Position.MAX_EPOCH);
  }
}

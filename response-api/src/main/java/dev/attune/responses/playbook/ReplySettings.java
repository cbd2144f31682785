package dev.attune.responses.playbook;

import dev.attune.schemas.Position;
import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * What replies are made from.
 *
 * @param playbook the playbook's folder
 * @param maxAge a prediction whose event came in longer ago is stale: what someone wanted yesterday
 *     is rarely what he wants now
 * @param epoch that event tokens and predictions should have; raised, in all services alike,
 *     whenever the topic is created anew (see operations)
 */
@ConfigurationProperties("attune.responses")
public record ReplySettings(
    @DefaultValue("playbooks/support") Path playbook,
    @DefaultValue("24h") Duration maxAge,
    @DefaultValue("0") int epoch) {
  public ReplySettings {
    Assert.isTrue(maxAge.isPositive(), "attune.responses.max-age must be positive");
    Assert.isTrue(
        epoch >= 0 && epoch <= Position.MAX_EPOCH, "attune.responses.epoch must be 0 to 65535");
  }
}

package dev.attune.inference.scoring;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * How requests are worked on.
 *
 * @param workers while one waits for Redis the others score; more than a few only add switching
 * @param batch most requests of one Redis pipeline: bounds how long the first of them waits for the
 *     last
 * @param windowPerStream most unanswered requests a client stream may have here; the transport's
 *     flow control holds the rest back at the client, so memory stays bounded
 */
@ConfigurationProperties("attune.scoring")
public record ScoringSettings(
    @DefaultValue("4") int workers,
    @DefaultValue("256") int batch,
    @DefaultValue("4096") int windowPerStream) {
  public ScoringSettings {
    Assert.isTrue(workers >= 1 && workers <= 256, "attune.scoring.workers must be 1 to 256");
    Assert.isTrue(batch >= 1 && batch <= 10_000, "attune.scoring.batch must be 1 to 10000");
    Assert.isTrue(windowPerStream >= 1, "attune.scoring.window-per-stream must be at least 1");
  }
}

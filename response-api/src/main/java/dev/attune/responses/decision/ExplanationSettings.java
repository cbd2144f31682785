package dev.attune.responses.decision;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * Who explains predictions: inference-service, which has the models.
 *
 * @param url inference-service's REST address
 * @param secret a secret key of inference-service; without one decisions are shown without
 *     contributions
 * @param timeout after which a decision is shown without contributions
 */
@ConfigurationProperties("attune.inference")
public record ExplanationSettings(
    @DefaultValue("http://127.0.0.1:7072") URI url,
    @Nullable String secret,
    @DefaultValue("2s") Duration timeout) {
  public ExplanationSettings {
    Assert.isTrue(
        "http".equals(url.getScheme()) || "https".equals(url.getScheme()),
        "attune.inference.url must be an http or https URL");
    Assert.isTrue(timeout.isPositive(), "attune.inference.timeout must be positive");
  }
}

package dev.attune.responses.user;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.Assert;

/**
 * Where users' state is read, for {@code ?asOf=now} only: replies never wait for it.
 *
 * @param url any instance of feature-streams; it knows which one has a user
 * @param secret what the services share
 * @param budget beyond this the answer is 503: somebody looks at a screen
 */
@ConfigurationProperties("attune.state")
public record StateSettings(
    @DefaultValue("http://127.0.0.1:7074") URI url,
    @DefaultValue("") String secret,
    @DefaultValue("2s") Duration budget) {
  public StateSettings {
    Assert.isTrue(
        "http".equals(url.getScheme()) || "https".equals(url.getScheme()),
        "attune.state.url must be an http or https URL");
    Assert.isTrue(budget.isPositive(), "attune.state.budget must be positive");
  }
}

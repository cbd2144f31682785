package dev.attune.inference.access;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * There is no default: without a key nobody may score, since who can score could freeze a user with
 * a huge version.
 *
 * @param inferenceSecret what feature-streams presents; empty counts as absent
 */
@ConfigurationProperties("attune")
public record SharedSecretSettings(@Nullable String inferenceSecret) {
  public SharedSecretSettings {
    inferenceSecret = inferenceSecret == null || inferenceSecret.isBlank() ? null : inferenceSecret;
  }
}

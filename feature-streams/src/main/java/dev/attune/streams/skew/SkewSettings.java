package dev.attune.streams.skew;

import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The check of a sample of users while the service runs.
 *
 * @param oneIn one user in so many, by the key's hash; 0 switches the check off
 * @param since how far back it begins to read at a start: far enough to meet new users, short
 *     enough that a restart doesn't read the whole topic
 */
@Validated
@ConfigurationProperties("attune.skew")
public record SkewSettings(
    @Min(0) @DefaultValue("1024") int oneIn, @NotNull @DefaultValue("1h") Duration since) {}

package dev.attune.gateway.limits;

import jakarta.validation.constraints.Min;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Token buckets, counted in events. 0 means no limit.
 *
 * @param perKey events a second of one API key; off by default because a write key is shared by all
 *     visitors of a site, whose number only the operator knows
 * @param perUser events a second of one user through this instance; off by default, since a replay
 *     of history sends a user's events as fast as it can
 * @param burstSeconds how many seconds' worth may come at once; browsers send in bursts
 * @param users how many users are remembered; the longest unseen one is forgotten first
 */
@Validated
@ConfigurationProperties("attune.rates")
public record RateSettings(
    @DefaultValue("0") @Min(0) long perKey,
    @DefaultValue("0") @Min(0) long perUser,
    @DefaultValue("2") @Min(1) int burstSeconds,
    @DefaultValue("100000") @Min(1) int users) {}

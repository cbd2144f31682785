package dev.attune.console.effects;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the effects of experiments over time are kept.
 *
 * @param file where they survive a restart, some 20 KB for each arm that is compared; empty: in
 *     memory only, which suits a container without a disk
 */
@ConfigurationProperties("attune.console.effects")
record EffectSettings(@DefaultValue("") String file) {}

/**
 * Trying edited features on history. Start at {@link dev.attune.training.features.FeatureTrial}.
 */
@NullMarked
package dev.attune.training.features;

import org.jspecify.annotations.NullMarked;

/**
 * How a prediction lies in Redis: one stream a user whose entry ids are its version. Start at
 * {@link dev.attune.predictions.PredictionKey}.
 */
@NullMarked
package dev.attune.predictions;

import org.jspecify.annotations.NullMarked;

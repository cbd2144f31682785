/**
 * Predictions in Redis, of which this module is the only owner: how they lie there ({@link
 * dev.attune.predictions.PredictionKey}), how Redis is reached ({@link
 * dev.attune.predictions.RedisSettings}), who writes and who reads. Start at {@link
 * dev.attune.predictions.RedisPredictions}.
 */
@NullMarked
package dev.attune.predictions;

import org.jspecify.annotations.NullMarked;

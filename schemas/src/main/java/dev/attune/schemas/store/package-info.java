/**
 * How a prediction lies in Redis: one stream a user whose entry ids are its version. Start at
 * {@link dev.attune.schemas.store.PredictionKey}.
 */
@NullMarked
package dev.attune.schemas.store;

import org.jspecify.annotations.NullMarked;

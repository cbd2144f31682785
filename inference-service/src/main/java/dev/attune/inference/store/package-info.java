/**
 * The predictions in Redis, written so that no version ever goes back. Start at {@link
 * dev.attune.inference.store.PredictionStore}.
 */
@NullMarked
package dev.attune.inference.store;

import org.jspecify.annotations.NullMarked;

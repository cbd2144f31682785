/**
 * Reads predictions within a budget, and waits for newer ones. Start reading at {@link
 * dev.attune.responses.store.PredictionStore}.
 */
@NullMarked
package dev.attune.responses.store;

import org.jspecify.annotations.NullMarked;

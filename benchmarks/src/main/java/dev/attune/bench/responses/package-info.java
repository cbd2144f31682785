/**
 * What a reply costs that reads the prediction store and is recorded, beside an empty handler.
 * Start at {@link dev.attune.bench.responses.ResponsesBenchmark}.
 */
@NullMarked
package dev.attune.bench.responses;

import org.jspecify.annotations.NullMarked;

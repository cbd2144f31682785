/**
 * The way from the stream thread to a stored prediction. Start at {@link
 * dev.attune.bench.inference.InferenceBenchmark}.
 */
@NullMarked
package dev.attune.streams.bench.inference;

import org.jspecify.annotations.NullMarked;

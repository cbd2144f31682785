/**
 * How soon after its event a prediction can be read. Start at {@link
 * dev.attune.bench.freshness.FreshnessBenchmark}.
 */
@NullMarked
package dev.attune.bench.freshness;

import org.jspecify.annotations.NullMarked;

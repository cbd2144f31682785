/**
 * One row and a batch through the flat forest, beside XGBoost itself. Start at {@link
 * dev.attune.bench.forest.ForestBenchmark}.
 */
@NullMarked
package dev.attune.bench.forest;

import org.jspecify.annotations.NullMarked;

/**
 * What a benchmark is: a {@link dev.attune.bench.Measurement} that returns rows with goals. The
 * command line lists them all, in its {@code BenchCommand}.
 */
@NullMarked
package dev.attune.bench;

import org.jspecify.annotations.NullMarked;

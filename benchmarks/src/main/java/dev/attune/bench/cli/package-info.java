/** {@code ./attune bench}: runs benchmarks, prints tables, writes JSON. Start at BenchCommand. */
@NullMarked
package dev.attune.bench.cli;

import org.jspecify.annotations.NullMarked;

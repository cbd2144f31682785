/**
 * Benchmarks: each measures a part beside what it is compared with, in one run on one machine.
 * Start at Benchmark; cli.BenchCommand lists them all.
 */
@NullMarked
package dev.attune.bench;

import org.jspecify.annotations.NullMarked;

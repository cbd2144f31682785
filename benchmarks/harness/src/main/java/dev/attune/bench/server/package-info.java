/** What is measured and what it is compared with, as processes. Start at BenchServer. */
@NullMarked
package dev.attune.bench.server;

import org.jspecify.annotations.NullMarked;

/** A model of random trees for services under load. Start at BenchModel. */
@NullMarked
package dev.attune.bench.model;

import org.jspecify.annotations.NullMarked;

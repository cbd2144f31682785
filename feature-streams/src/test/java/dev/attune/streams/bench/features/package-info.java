/**
 * What an event costs the feature engine, alone and in its topology. Start at FeaturesBenchmark.
 */
@NullMarked
package dev.attune.streams.bench.features;

import org.jspecify.annotations.NullMarked;

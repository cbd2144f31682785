/**
 * Computes a sample of users a second time, from the topic and outside of the topology, and
 * compares. Start at {@link dev.attune.streams.skew.SkewCheck}.
 */
@NullMarked
package dev.attune.streams.skew;

import org.jspecify.annotations.NullMarked;

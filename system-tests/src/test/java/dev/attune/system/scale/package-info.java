/**
 * Load on the pods of one service, and what they did with their part of the processors. Start at
 * {@link dev.attune.system.scale.Throughput}.
 */
@NullMarked
package dev.attune.system.scale;

import org.jspecify.annotations.NullMarked;

/**
 * How far the live model's features moved from its training, over time. Asks inference-service, and
 * keeps a curve for each version. Start reading at {@link dev.attune.console.drift.DriftWatch}.
 */
@NullMarked
package dev.attune.console.drift;

import org.jspecify.annotations.NullMarked;

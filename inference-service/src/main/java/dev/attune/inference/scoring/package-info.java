/**
 * Requests of feature-streams, scored in batches and stored. Start at {@link
 * dev.attune.inference.scoring.Scorer}.
 */
@NullMarked
package dev.attune.inference.scoring;

import org.jspecify.annotations.NullMarked;

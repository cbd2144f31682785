/**
 * inference-service: an event's feature vector in, a readable prediction out. Start reading at
 * {@link dev.attune.inference.scoring.Scorer}.
 */
@NullMarked
package dev.attune.inference;

import org.jspecify.annotations.NullMarked;

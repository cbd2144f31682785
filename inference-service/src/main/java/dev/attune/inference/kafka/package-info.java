/**
 * Kafka's two sides here: {@link dev.attune.inference.kafka.PredictionPublisher} out, {@link
 * dev.attune.inference.kafka.ProfileReader} in.
 */
@NullMarked
package dev.attune.inference.kafka;

import org.jspecify.annotations.NullMarked;

/**
 * Kafka Streams' life within the service: settings, start and stop, health, metrics. Start at
 * {@link dev.attune.streams.runtime.StreamsRunner}.
 */
@NullMarked
package dev.attune.streams.runtime;

import org.jspecify.annotations.NullMarked;

/**
 * Avro on Kafka in the Confluent wire format, and the thin client of the schema registry behind it.
 * Start at {@link dev.attune.kafka.registry.WireFormat}.
 */
@NullMarked
package dev.attune.kafka.registry;

import org.jspecify.annotations.NullMarked;

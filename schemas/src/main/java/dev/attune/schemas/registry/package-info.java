/**
 * Avro on Kafka in the Confluent wire format, and the thin client of the schema registry behind it.
 * Start at {@link dev.attune.schemas.registry.WireFormat}.
 */
@NullMarked
package dev.attune.schemas.registry;

import org.jspecify.annotations.NullMarked;

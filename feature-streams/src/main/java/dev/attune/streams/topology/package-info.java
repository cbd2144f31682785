/**
 * What happens to an event between Kafka and Kafka; the picture is {@link
 * dev.attune.streams.topology.AttuneTopology}, the work is done by {@link
 * dev.attune.streams.topology.UserProcessor} around core's engine.
 */
@NullMarked
package dev.attune.streams.topology;

import org.jspecify.annotations.NullMarked;

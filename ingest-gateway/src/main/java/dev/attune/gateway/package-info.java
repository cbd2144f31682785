/** The ingest gateway: events in by HTTP, out to Kafka. Start at events.EventsEndpoint. */
@NullMarked
package dev.attune.gateway;

import org.jspecify.annotations.NullMarked;

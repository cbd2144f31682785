/** The ingest gateway: events in by HTTP, out to Kafka. Start at events.EventsServlet. */
@NullMarked
package dev.attune.gateway;

import org.jspecify.annotations.NullMarked;

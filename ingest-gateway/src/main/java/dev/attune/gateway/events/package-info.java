/** From a request's bytes to records and an answer. Start at EventsEndpoint. */
@NullMarked
package dev.attune.gateway.events;

import org.jspecify.annotations.NullMarked;

/** The way out: producer, dead letters, start-up checks. Start at EventLog. */
@NullMarked
package dev.attune.gateway.kafka;

import org.jspecify.annotations.NullMarked;

/**
 * Asynchronous calls out of a Kafka Streams topology, with commits that wait for them. Knows
 * nothing of what is called: any Kafka Streams project could lift this package. Start at {@link
 * dev.attune.streams.dispatch.Lane}, whose head carries the threading rules and the proof.
 */
@NullMarked
package dev.attune.streams.dispatch;

import org.jspecify.annotations.NullMarked;

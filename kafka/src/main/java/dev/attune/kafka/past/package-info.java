/**
 * Events that {@code interaction-events} has lost, in a topic of their own, for an application that
 * counts them again. Start at {@link dev.attune.kafka.past.PastTopic}.
 */
@NullMarked
package dev.attune.kafka.past;

import org.jspecify.annotations.NullMarked;

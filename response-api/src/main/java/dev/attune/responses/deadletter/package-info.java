/**
 * Which events were refused, and why, by what the topic {@code dead-letters} has of late. Start
 * reading at {@link dev.attune.responses.deadletter.DeadLetterController}.
 */
@NullMarked
package dev.attune.responses.deadletter;

import org.jspecify.annotations.NullMarked;

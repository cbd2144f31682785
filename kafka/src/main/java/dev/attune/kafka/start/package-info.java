/** The one start: {@link dev.attune.kafka.start.KafkaStart}. */
@NullMarked
package dev.attune.kafka.start;

import org.jspecify.annotations.NullMarked;

/**
 * The one start: {@link dev.attune.kafka.start.KafkaStart}. Beside it, what a service prints when
 * its playbook keeps it from starting.
 */
@NullMarked
package dev.attune.kafka.start;

import org.jspecify.annotations.NullMarked;

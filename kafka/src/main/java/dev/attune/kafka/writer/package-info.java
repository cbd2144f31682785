/**
 * Records that somebody waits for: acts of the audit log, erasures, changes by hand. Start reading
 * at {@link dev.attune.kafka.writer.AcknowledgedWriter}. What is written by the thousand has
 * producers of its own in the services.
 */
@NullMarked
package dev.attune.kafka.writer;

import org.jspecify.annotations.NullMarked;

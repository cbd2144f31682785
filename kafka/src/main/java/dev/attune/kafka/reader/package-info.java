/**
 * The one way to read a topic. Start at {@link dev.attune.kafka.reader.TopicReader}; {@link
 * dev.attune.kafka.reader.TopicFollower} is a thread around it.
 */
@NullMarked
package dev.attune.kafka.reader;

import org.jspecify.annotations.NullMarked;

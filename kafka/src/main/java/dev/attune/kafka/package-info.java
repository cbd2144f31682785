/**
 * Everything of Kafka that services share. Here are its settings, see {@link
 * dev.attune.kafka.KafkaSettings}; the packages below hold the schema registry, the start, topics
 * and their readers.
 */
@NullMarked
package dev.attune.kafka;

import org.jspecify.annotations.NullMarked;

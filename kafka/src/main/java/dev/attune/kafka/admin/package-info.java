/** Questions to Kafka itself: {@link dev.attune.kafka.admin.KafkaAdmin}. */
@NullMarked
package dev.attune.kafka.admin;

import org.jspecify.annotations.NullMarked;

package dev.attune.kafka.topic;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

class KeyPartitionTest {
  @Test
  void isThatOfKafkasDefaultPartitioner() {
    IntStream.range(0, 1_000)
        .mapToObj(i -> "user-ü-" + i)
        .forEach(
            key ->
                assertThat(KeyPartition.of(key, 24))
                    .isEqualTo(
                        BuiltInPartitioner.partitionForKey(
                            key.getBytes(StandardCharsets.UTF_8), 24)));
  }
}

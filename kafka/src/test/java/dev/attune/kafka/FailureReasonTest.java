package dev.attune.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureReasonTest {
  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new TimeoutException("5000 ms."), "Kafka at k:1 does not answer"),
        Arguments.of(
            new ExecutionException(new TimeoutException("expired")),
            "Kafka at k:1 does not answer"),
        Arguments.of(new java.util.concurrent.TimeoutException(), "Kafka at k:1 does not answer"),
        Arguments.of(
            new TimeoutException(
                "attune.audit not present in metadata after 5000 ms.",
                new UnknownTopicOrPartitionException("This server does not host this topic.")),
            "Kafka at k:1: This server does not host this topic"),
        Arguments.of(
            new KafkaException(
                "Failed to construct kafka producer", new ConfigException("No resolvable urls.")),
            "Kafka at k:1: No resolvable urls"),
        Arguments.of(
            new ExecutionException(new SaslAuthenticationException("Authentication failed.")),
            "Kafka at k:1: Authentication failed"),
        Arguments.of(
            new SerializationException("schema registry http://r is away"),
            "schema registry http://r is away"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void saysWhoFailedAndWhy(Throwable failure, String reason) {
    assertThat(FailureReason.of(KafkaSettings.of("k:1"), failure)).isEqualTo(reason);
  }
}

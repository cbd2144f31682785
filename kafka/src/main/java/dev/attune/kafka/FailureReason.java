package dev.attune.kafka;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;

/** Why a request to Kafka failed, as a sentence's end without a full stop. */
public final class FailureReason {
  private FailureReason() {}

  /** Names the address too, unless it was the schema registry that failed. */
  public static String of(KafkaSettings kafka, Throwable failure) {
    Throwable reason = reason(failure);
    String address = "Kafka at " + kafka.bootstrapServers();
    return switch (reason) {
      case SerializationException registry -> plain(registry);
      case TimeoutException unused -> address + " does not answer";
      case org.apache.kafka.common.errors.TimeoutException unused -> address + " does not answer";
      default -> address + ": " + plain(reason);
    };
  }

  /**
   * An address that can't be looked up is told by the cause alone, and so is a topic that isn't
   * there, for which a producer waits.
   */
  private static Throwable reason(Throwable failure) {
    Throwable cause = failure.getCause();
    boolean isTold =
        failure instanceof ExecutionException
            || failure instanceof org.apache.kafka.common.errors.TimeoutException
            || cause instanceof ConfigException;
    return isTold && cause != null ? reason(cause) : failure;
  }

  private static String plain(Throwable failure) {
    String message = failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : message.strip().replaceFirst("\\.$", "");
  }
}

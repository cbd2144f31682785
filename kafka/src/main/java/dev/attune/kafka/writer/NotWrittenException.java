package dev.attune.kafka.writer;

/** Kafka did not say in time that it has a record. */
public final class NotWrittenException extends Exception {
  private static final long serialVersionUID = 1L;

  NotWrittenException(String message, Throwable cause) {
    super(message, cause);
  }
}

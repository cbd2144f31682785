package dev.attune.kafka.audit;

import org.jspecify.annotations.Nullable;

/** An act could not be recorded, so it must not be done. */
public final class AuditException extends Exception {
  private static final long serialVersionUID = 1;

  AuditException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}

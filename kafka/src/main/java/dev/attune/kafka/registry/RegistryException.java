package dev.attune.kafka.registry;

import org.jspecify.annotations.Nullable;

/** The schema registry didn't do what was asked. */
public abstract sealed class RegistryException extends RuntimeException {
  private RegistryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /** It can't be reached or is failing (5xx, 429); worth another try later. */
  public static final class Unavailable extends RegistryException {
    Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** It understood and said no (4xx), or its answer made no sense; asking again won't help. */
  public static final class Refused extends RegistryException {
    private final int status;

    Refused(int status, String message) {
      super(message, null);
      this.status = status;
    }

    /** The HTTP status. */
    public int status() {
      return status;
    }

    public boolean isNotFound() {
      return status == 404;
    }

    /** A new schema that breaks the subject's compatibility rule. */
    public boolean isIncompatible() {
      return status == 409;
    }
  }
}

package dev.attune.kafka.registry;

import org.jspecify.annotations.Nullable;

/** The schema registry didn't do what was asked. */
public abstract sealed class RegistryException extends RuntimeException {
  private RegistryException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * It can't be reached, is failing (5xx, 429), or somebody else answers when a schema is read;
   * worth another try later.
   */
  public static final class Unavailable extends RegistryException {
    Unavailable(String message, @Nullable Throwable cause) {
      super(message, cause);
    }
  }

  /** It understood and said no (4xx), or its answer made no sense; asking again won't help. */
  public static final class Refused extends RegistryException {
    private final int status;
    private final int errorCode;

    Refused(int status, String message) {
      this(status, 0, message);
    }

    /**
     * @param errorCode the registry's own, such as 40403; 0: none is given
     */
    Refused(int status, int errorCode, String message) {
      super(message, null);
      this.status = status;
      this.errorCode = errorCode;
    }

    /** The HTTP status. */
    public int status() {
      return status;
    }

    public boolean isNotFound() {
      return status == 404;
    }

    /**
     * Whether the registry itself says that it has no such subject (40401), version (40402) or
     * schema (40403). A proxy's 404, or the one of a wrong path, says nothing of schemas.
     */
    boolean isUnknown() {
      return status == 404 && errorCode >= 40401 && errorCode <= 40403;
    }

    /** A new schema that breaks the subject's compatibility rule. */
    public boolean isIncompatible() {
      return status == 409;
    }
  }
}

package dev.attune.core.scoring;

/** A version that another publication has already, or is making; the next one may be free. */
public final class VersionTakenException extends ModelException {
  private static final long serialVersionUID = 1L;

  VersionTakenException(String message, Throwable cause) {
    super(message, cause);
  }
}

package dev.attune.kafka;

/** A setting that can't be used; the message is a plain sentence that names it. */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  SettingsException(String message, Throwable cause) {
    super(message, cause);
  }
}

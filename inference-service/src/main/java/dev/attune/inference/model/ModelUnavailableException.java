package dev.attune.inference.model;

/** The model can't be asked now, which may pass: its server is away or too slow. */
public final class ModelUnavailableException extends RuntimeException {
  public ModelUnavailableException(String message) {
    super(message);
  }

  public ModelUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}

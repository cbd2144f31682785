package dev.attune.core.scoring;

/** A model that can't be used; the message is one plain sentence for whoever put it there. */
public sealed class ModelException extends Exception permits GatesException, VersionTakenException {
  private static final long serialVersionUID = 1L;

  public ModelException(String message) {
    super(message);
  }

  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}

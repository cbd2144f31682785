package dev.attune.core.scoring;

/** A version that gates keep from a slot. Somebody's reason may override them. */
public final class GatesException extends ModelException {
  private static final long serialVersionUID = 1L;

  GatesException(String message) {
    super(message);
  }
}

package dev.attune.schemas.json;

/**
 * Bounds on what is read.
 *
 * @param events events a body
 * @param eventBytes bytes an event
 * @param nesting objects and arrays inside each other, the event itself counted
 * @param keepUnknown true keeps fields the schema does not know in {@code properties}, false
 *     refuses their event
 */
public record EventLimits(int events, int eventBytes, int nesting, boolean keepUnknown) {
  public EventLimits {
    if (events < 1 || eventBytes < 1 || nesting < 2) {
      throw new IllegalArgumentException("limits must be positive, nesting at least 2");
    }
  }

  /** The limits of contract §3. */
  public static EventLimits standard() {
    return new EventLimits(500, 32 * 1024, 32, true);
  }
}

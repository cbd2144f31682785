package dev.attune.core.user;

/**
 * A newer version of Attune wrote a user's row. This one can't read it, and would lose what is new
 * in it.
 */
public final class NewerRowException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  NewerRowException(int version, int newest) {
    super(
        "a newer version of Attune wrote users' rows: theirs is version %d, this one reads up to %d"
            .formatted(version, newest));
  }
}

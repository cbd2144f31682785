package dev.attune.kafka.audit;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that somebody did or tried.
 *
 * @param action such as {@code erase}; the schema AuditRecord lists them
 * @param subject {@code user:<keyed hash>}, {@code model:<version>}, {@code experiment:<id>} or
 *     {@code key:<name>}, never a user's id; null: nothing in particular
 * @param detail why, with figures, or to where; null: the rest says it
 */
public record Act(
    Actor actor,
    String action,
    Outcome outcome,
    @Nullable String subject,
    @Nullable String detail) {
  /** The same without a detail. */
  public Act(Actor actor, String action, Outcome outcome, @Nullable String subject) {
    this(actor, action, outcome, subject, null);
  }

  /** What became of it. */
  public enum Outcome {
    /** It was let through; whether it was done, what it was done to tells. */
    ALLOWED,
    REFUSED,
    /** It was seen when it had happened. */
    DONE;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Users' data are about to be copied between Kafka and files.
   *
   * @param action {@code export}, {@code dead_letter_export} of rejected events, {@code backup} or
   *     {@code restore}
   * @param detail which and to where
   */
  public static Act export(Actor actor, String action, String detail) {
    return new Act(actor, action, Outcome.ALLOWED, null, detail);
  }

  /**
   * The file of keys was changed.
   *
   * @param kind added, changed or removed
   * @param key its name
   */
  public static Act keyChange(String kind, String key) {
    return new Act(Actor.KEYS_FILE, "key_" + kind, Outcome.DONE, "key:" + key);
  }
}

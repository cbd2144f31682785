package dev.attune.schemas.json;

import org.jspecify.annotations.Nullable;

/**
 * Why one event was refused. Never carries the value that was wrong: it may be personal.
 *
 * @param code stable, see the constants
 * @param field dotted path such as {@code page_viewed.page}, absent when the event as a whole is
 *     meant
 * @param detail one sentence: what was expected
 */
public record EventError(String code, @Nullable String field, String detail) {
  /** Well-formed, but not an event of the contract. */
  public static final String SCHEMA_INVALID = "schema_invalid";

  /** Longer than the limit of one event. */
  public static final String TOO_LARGE = "too_large";

  /** Nested more deeply than allowed. */
  public static final String TOO_DEEP = "too_deep";

  /** The same key twice in one object. */
  public static final String DUPLICATE_KEY = "duplicate_key";

  /** A line of NDJSON that is no JSON. */
  public static final String MALFORMED = "malformed";

  static EventError invalid(@Nullable String field, String detail) {
    return new EventError(SCHEMA_INVALID, field, detail);
  }
}

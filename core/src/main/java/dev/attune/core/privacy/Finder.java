package dev.attune.core.privacy;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds one kind of personal data. */
interface Finder {
  /** A range of a text, its end exclusive. */
  record Span(int start, int end) {}

  /** The first find at or after a position, null when there is none. */
  @Nullable Span find(String text, int from);

  /** Whatever a pattern matches. */
  static Finder of(Pattern pattern) {
    return (text, from) -> {
      Matcher matcher = pattern.matcher(text);
      return matcher.find(from) ? new Span(matcher.start(), matcher.end()) : null;
    };
  }
}

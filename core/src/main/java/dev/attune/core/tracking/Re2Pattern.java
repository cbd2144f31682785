package dev.attune.core.tracking;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import com.networknt.schema.regex.RegularExpression;

/** A schema's pattern in RE2: found anywhere in the text, in linear time. */
record Re2Pattern(Pattern pattern) implements RegularExpression {
  /**
   * @throws IllegalArgumentException when it is none
   */
  static Re2Pattern compile(String regex) {
    try {
      return new Re2Pattern(Pattern.compile(regex));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "`" + regex + "` is no RE2 pattern: " + e.getDescription(), e);
    }
  }

  @Override
  public boolean matches(String value) {
    return pattern.matcher(value).find();
  }
}

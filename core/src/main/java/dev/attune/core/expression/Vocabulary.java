package dev.attune.core.expression;

import dev.attune.core.yaml.Problems;
import java.util.Collection;
import java.util.List;

/**
 * The texts that a variable can be or hold. A condition that compares it with another text never
 * means what it says, so it is refused.
 *
 * @param kind what such a text is called: segment, intent
 */
public record Vocabulary(String kind, Collection<String> words) {
  public Vocabulary {
    words = List.copyOf(words);
  }

  boolean knows(String word) {
    return words.contains(word);
  }

  String unknown(String word) {
    return "unknown " + kind + " `" + word + "`" + Problems.suggestion(word, words);
  }
}

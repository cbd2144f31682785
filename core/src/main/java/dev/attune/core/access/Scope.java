package dev.attune.core.access;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** One kind of thing that a key may do. A key has one or more. */
public enum Scope {
  /** Send events. */
  INGEST,
  /** Ask for replies, and with a user's signature read what is known of that user. */
  REPLIES,
  /** Read experiments and their results. */
  EXPERIMENTS,
  /** Start and stop experiments and set their weights. */
  EXPERIMENTS_WRITE,
  /** Score, explain, watch drift, switch models and say what they are to learn of messages. */
  MODELS,
  /** Make a version live or the canary although a gate failed. */
  MODELS_OVERRIDE,
  /** Erase users and read the proof. */
  ERASE,
  /** Read any user, his history, decisions, KPIs and the list of erased users. */
  READ;

  /** The word for it in settings, files of keys and answers. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * @param words separated by commas, such as {@code erase,read}
   * @throws IllegalArgumentException when one is no scope
   */
  static Set<Scope> parse(String words) {
    Set<Scope> scopes = EnumSet.noneOf(Scope.class);
    for (String word : words.split(",", -1)) {
      scopes.add(valueOf(word.toUpperCase(Locale.ROOT)));
    }
    return scopes;
  }
}

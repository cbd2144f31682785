package dev.attune.cli.retrain;

import java.util.Map;

/**
 * What the figures of a step say.
 *
 * @param says why, with the figures, as a sentence's middle
 * @param figures what was measured and what was asked, by name
 */
record Verdict(Kind kind, String says, Map<String, Double> figures) {
  /** What follows from it. */
  enum Kind {
    WAIT,
    GO_ON,
    STOP
  }

  static Verdict waiting(String says) {
    return new Verdict(Kind.WAIT, says, Map.of());
  }

  static Verdict goOn(String says) {
    return new Verdict(Kind.GO_ON, says, Map.of());
  }

  static Verdict stop(String says) {
    return new Verdict(Kind.STOP, says, Map.of());
  }

  Verdict with(Map<String, Double> measured) {
    return new Verdict(kind, says, measured);
  }
}

package dev.attune.cli.retrain;

/**
 * What the figures of a step say.
 *
 * @param says why, with the figures, as a sentence's middle
 */
record Verdict(Kind kind, String says) {
  /** What follows from it. */
  enum Kind {
    WAIT,
    GO_ON,
    STOP
  }

  static Verdict waiting(String says) {
    return new Verdict(Kind.WAIT, says);
  }

  static Verdict goOn(String says) {
    return new Verdict(Kind.GO_ON, says);
  }

  static Verdict stop(String says) {
    return new Verdict(Kind.STOP, says);
  }
}

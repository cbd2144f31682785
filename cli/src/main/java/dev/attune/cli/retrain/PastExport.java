package dev.attune.cli.retrain;

import dev.attune.training.UserFault;

/** Copies what happened to where it is learned from. */
public interface PastExport {
  /** Where to, for people. */
  String place();

  /**
   * Copies what has come since the last time.
   *
   * @throws UserFault when it can't be copied
   */
  void run();
}

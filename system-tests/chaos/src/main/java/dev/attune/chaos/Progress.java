package dev.attune.chaos;

/** Is told what a run does while it does it, from several threads. */
public interface Progress {
  /** Nobody is told. */
  Progress SILENT =
      new Progress() {
        @Override
        public void say(String line) {}

        @Override
        public void state(String line) {}
      };

  /** Something happened. */
  void say(String line);

  /** How things stand; comes several times a second, and each replaces the one before. */
  void state(String line);
}

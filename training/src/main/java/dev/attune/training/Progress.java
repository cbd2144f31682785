package dev.attune.training;

/** Tells how far long work has come. */
public interface Progress {
  Progress SILENT = new Progress() {};

  /** A new phase of so many steps; 0 when that isn't known. */
  default void phase(String name, long steps) {}

  /** Steps done in this phase. */
  default void at(long step) {}

  /** What the user should know of what was done in this phase. */
  default void note(String text) {}
}

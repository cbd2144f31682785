package dev.attune.core.scoring;

/**
 * Turns a text into numbers that lie near each other where texts mean alike. A text gives the same
 * numbers whatever was encoded with it, before it or beside it. Safe for all threads.
 */
public interface SentenceEncoder {
  /** A hash of its files: equal ids mean interchangeable numbers. */
  String id();

  /** How many numbers a text gives. */
  int dimensions();

  /** Whether {@link #encode} answers from memory. */
  default boolean knows(String text) {
    return false;
  }

  /** The numbers of a text, of length 1 together; read-only, since they may be kept. */
  float[] encode(String text);
}

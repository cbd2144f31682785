package dev.attune.training;

import java.io.BufferedReader;
import java.io.IOException;

/** The invisible character that spreadsheets begin a text file in UTF-8 with. */
public final class ByteOrderMark {
  private static final char MARK = '\uFEFF';

  private ByteOrderMark() {}

  /** The same reader behind the mark, if the text begins with one. */
  public static BufferedReader skip(BufferedReader text) throws IOException {
    text.mark(1);
    if (text.read() != MARK) {
      text.reset();
    }
    return text;
  }
}

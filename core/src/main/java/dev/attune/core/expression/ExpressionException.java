package dev.attune.core.expression;

/** An expression that doesn't parse or type-check; the message says what and where in its text. */
public final class ExpressionException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int line;

  ExpressionException(int line, String message) {
    super(message);
    this.line = line;
  }

  /** Line within the expression's text, from 1. */
  public int line() {
    return line;
  }
}

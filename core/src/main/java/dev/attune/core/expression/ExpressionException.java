package dev.attune.core.expression;

import java.util.List;

/** An expression that doesn't parse or type-check; the message says what is wrong first. */
public final class ExpressionException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<ExpressionFault> faults;

  /**
   * @param faults one or more
   */
  ExpressionException(List<ExpressionFault> faults) {
    super(faults.getFirst().message());
    this.faults = List.copyOf(faults);
  }

  List<ExpressionFault> faults() {
    return faults;
  }
}

package dev.attune.core.expression;

import dev.cel.common.CelAbstractSyntaxTree;

/**
 * A condition that was found right. Checking one takes long, and is done once for both its uses.
 */
public final class Condition {
  private final Expression compiled;
  private final CelAbstractSyntaxTree checked;

  Condition(Expression compiled, CelAbstractSyntaxTree checked) {
    this.compiled = compiled;
    this.checked = checked;
  }

  /** To evaluate it. */
  public Expression compiled() {
    return compiled;
  }

  /** When it holds, to compare it with others. */
  public DisjunctiveForm form() {
    return DisjunctiveFormReader.read(checked);
  }
}

package dev.attune.core.expression;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.bundle.Cel;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.validator.CelAstValidator;
import java.util.List;

/**
 * Refuses patterns that are none. CEL compiles them when a condition is evaluated, so one would
 * only show while events come, as a condition that never holds. Held against RE2, which CEL runs;
 * its own validator takes what {@code java.util.regex} does.
 */
final class PatternValidator implements CelAstValidator {

  private static final String FUNCTION = "matches";

  @Override
  public void validate(CelNavigableAst ast, Cel cel, IssuesFactory issues) {
    ast.getRoot()
        .allNodes()
        .filter(node -> node.getKind() == ExprKind.Kind.CALL)
        .map(node -> node.expr().call())
        .filter(call -> call.function().equals(FUNCTION))
        .forEach(call -> check(call.args(), issues));
  }

  /** The pattern comes last: {@code text.matches(pattern)} or {@code matches(text, pattern)}. */
  private static void check(List<CelExpr> arguments, IssuesFactory issues) {
    CelExpr last = arguments.getLast();
    if (last.getKind() != ExprKind.Kind.CONSTANT
        || last.constant().getKind() != CelConstant.Kind.STRING_VALUE) {
      return;
    }
    String pattern = last.constant().stringValue();
    try {
      var unused = Pattern.compile(pattern);
    } catch (PatternSyntaxException e) {
      issues.addError(
          last.id(), "`%s` is no RE2 pattern: %s".formatted(pattern, e.getDescription()));
    }
  }
}

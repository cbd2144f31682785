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
 * Refuses a text that is no pattern. CEL compiles patterns only when a condition is evaluated: a
 * broken one would show while events come, as a condition that never holds. RE2 decides, since CEL
 * runs it; CEL's own validator asks {@code java.util.regex}.
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

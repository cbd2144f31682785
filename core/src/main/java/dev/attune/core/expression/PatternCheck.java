package dev.attune.core.expression;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.navigation.CelNavigableAst;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Finds texts that are no patterns. CEL compiles patterns only when a condition is evaluated: a
 * broken one would show while events come, as a condition that never holds. RE2 decides, since CEL
 * runs it; CEL's own validator asks {@code java.util.regex}.
 */
final class PatternCheck {
  private static final String FUNCTION = "matches";

  private PatternCheck() {}

  /**
   * @param parsed as the parser made it, with its places
   */
  static List<ExpressionFault> faults(String text, CelAbstractSyntaxTree parsed) {
    Map<Long, Integer> places = parsed.getSource().getPositionsMap();
    return CelNavigableAst.fromAst(parsed)
        .getRoot()
        .allNodes()
        .filter(node -> node.getKind() == Kind.CALL)
        .map(node -> node.expr().call())
        .filter(call -> call.function().equals(FUNCTION))
        // the pattern comes last: text.matches(pattern) or matches(text, pattern)
        .map(call -> call.args().getLast())
        .flatMap(pattern -> fault(text, pattern, places))
        .toList();
  }

  private static Stream<ExpressionFault> fault(
      String text, CelExpr last, Map<Long, Integer> places) {
    if (last.getKind() != Kind.CONSTANT
        || last.constant().getKind() != CelConstant.Kind.STRING_VALUE) {
      return Stream.empty();
    }
    String pattern = last.constant().stringValue();
    try {
      var unused = Pattern.compile(pattern);
      return Stream.empty();
    } catch (PatternSyntaxException e) {
      String message = "`%s` is no RE2 pattern: %s".formatted(pattern, e.getDescription());
      return Stream.of(ExpressionFault.at(text, places.getOrDefault(last.id(), 0), message));
    }
  }
}

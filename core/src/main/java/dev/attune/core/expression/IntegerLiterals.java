package dev.attune.core.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelMutableAst;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.ast.CelMutableExpr;
import dev.cel.common.ast.CelMutableExpr.CelMutableCall;
import dev.cel.common.ast.CelMutableExpr.CelMutableMap;

/**
 * Reads whole literals as doubles. CEL does not mix int and double in {@code ==} and arithmetic,
 * and nobody should have to write {@code clicks == 3.0}. A literal beside {@code size(…)} stays an
 * int, since that is one; so does the index of a list.
 */
final class IntegerLiterals {
  private IntegerLiterals() {}

  static CelAbstractSyntaxTree asDoubles(CelAbstractSyntaxTree parsed) {
    CelMutableAst ast = CelMutableAst.fromCelAst(parsed);
    convert(ast.expr());
    return ast.toParsedAst();
  }

  private static void convert(CelMutableExpr expr) {
    switch (expr.getKind()) {
      case CONSTANT -> {
        if (expr.constant().getKind() == CelConstant.Kind.INT64_VALUE) {
          expr.setConstant(CelConstant.ofValue((double) expr.constant().int64Value()));
        }
      }
      case CALL -> convert(expr.call());
      case SELECT -> convert(expr.select().operand());
      case LIST -> expr.list().elements().forEach(IntegerLiterals::convert);
      case MAP -> expr.map().entries().forEach(IntegerLiterals::convert);
      case COMPREHENSION -> {
        convert(expr.comprehension().iterRange());
        convert(expr.comprehension().loopStep());
      }
      case IDENT, STRUCT, NOT_SET -> {}
    }
  }

  private static void convert(CelMutableCall call) {
    call.target().ifPresent(IntegerLiterals::convert);
    boolean whole =
        call.function().equals("_[_]") || call.args().stream().anyMatch(IntegerLiterals::isSize);
    for (CelMutableExpr arg : call.args()) {
      if (!whole || arg.getKind() != Kind.CONSTANT) {
        convert(arg);
      }
    }
  }

  private static void convert(CelMutableMap.Entry entry) {
    convert(entry.key());
    convert(entry.value());
  }

  private static boolean isSize(CelMutableExpr expr) {
    return expr.getKind() == Kind.CALL && expr.call().function().equals("size");
  }
}

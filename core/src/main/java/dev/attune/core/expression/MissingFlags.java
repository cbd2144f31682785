package dev.attune.core.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelMutableAst;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.ast.CelMutableExpr;
import dev.cel.common.ast.CelMutableExpr.CelMutableCall;
import java.util.List;
import java.util.Set;

/**
 * Makes a missing flag an error where it is an operand of {@code && || !}. CEL absorbs an error
 * there: {@code flag || true} is true whatever {@code flag} is. On a null its interpreter gives up
 * instead. So {@code flag} becomes {@code (flag ? true : false)}, which is an error when the flag
 * is missing. {@code flag == null} stays as it is.
 */
final class MissingFlags {
  private static final Set<String> LOGICAL = Set.of("_&&_", "_||_", "!_");

  /** Above every id that a parser gives to the parts of a condition. */
  private static final long FIRST_ID = 1L << 32;

  private final Set<String> flags;
  private long nextId = FIRST_ID;

  private MissingFlags(Set<String> flags) {
    this.flags = flags;
  }

  /**
   * @param flags names of the variables that are flags
   */
  static CelAbstractSyntaxTree guarded(CelAbstractSyntaxTree parsed, Set<String> flags) {
    if (flags.isEmpty()) {
      return parsed;
    }
    CelMutableAst ast = CelMutableAst.fromCelAst(parsed);
    new MissingFlags(flags).guard(ast.expr());
    return ast.toParsedAst();
  }

  private void guard(CelMutableExpr expr) {
    switch (expr.getKind()) {
      case CALL -> call(expr.call());
      case SELECT -> guard(expr.select().operand());
      case LIST -> expr.list().elements().forEach(this::guard);
      case MAP -> expr.map().entries().forEach(entry -> guard(entry.value()));
      case COMPREHENSION -> {
        guard(expr.comprehension().iterRange());
        guard(expr.comprehension().loopStep());
      }
      case CONSTANT, IDENT, STRUCT, NOT_SET -> {}
    }
  }

  private void call(CelMutableCall call) {
    call.target().ifPresent(this::guard);
    List<CelMutableExpr> args = call.args();
    for (int i = 0; i < args.size(); i++) {
      CelMutableExpr arg = args.get(i);
      if (LOGICAL.contains(call.function()) && flags.contains(name(arg))) {
        call.setArg(i, orError(arg));
      } else {
        guard(arg);
      }
    }
  }

  private CelMutableExpr orError(CelMutableExpr flag) {
    return CelMutableExpr.ofCall(
        nextId++, CelMutableCall.create("_?_:_", List.of(flag, constant(true), constant(false))));
  }

  private CelMutableExpr constant(boolean value) {
    return CelMutableExpr.ofConstant(nextId++, CelConstant.ofValue(value));
  }

  /** The dotted name of a variable; empty when the expression is something else. */
  private static String name(CelMutableExpr expr) {
    if (expr.getKind() == Kind.IDENT) {
      return expr.ident().name();
    }
    if (expr.getKind() != Kind.SELECT || expr.select().testOnly()) {
      return "";
    }
    String operand = name(expr.select().operand());
    return operand.isEmpty() ? "" : operand + "." + expr.select().field();
  }
}

package dev.attune.core.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelMutableAst;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.ast.CelMutableExpr;
import dev.cel.common.ast.CelMutableExpr.CelMutableCall;
import dev.cel.common.values.NullValue;
import java.util.List;
import java.util.Set;

/**
 * Makes a key that a map does not have a value that is not known. CEL calls it an error, so that
 * neither {@code p['x'] > 0.4} nor its negation holds. Here {@code p['x']} becomes {@code ('x' in p
 * ? p['x'] : NaN)}, which equals nothing and is neither above nor below anything, and beside {@code
 * == null} or {@code != null} it becomes null.
 */
final class MissingKeys {
  private static final Set<String> EQUALITIES = Set.of("_==_", "_!=_");
  private static final CelConstant UNKNOWN = CelConstant.ofValue(Double.NaN);
  private static final CelConstant NULL = CelConstant.ofValue(NullValue.NULL_VALUE);

  /** Above every id of a parser's, and of {@link MissingFlags}'. */
  private static final long FIRST_ID = 1L << 40;

  private final Set<String> maps;
  private long nextId = FIRST_ID;

  private MissingKeys(Set<String> maps) {
    this.maps = maps;
  }

  /**
   * @param maps names of the variables that are maps
   */
  static CelAbstractSyntaxTree guarded(CelAbstractSyntaxTree parsed, Set<String> maps) {
    if (maps.isEmpty()) {
      return parsed;
    }
    CelMutableAst ast = CelMutableAst.fromCelAst(parsed);
    new MissingKeys(maps).guard(ast.expr(), UNKNOWN);
    return ast.toParsedAst();
  }

  private void guard(CelMutableExpr expr, CelConstant missing) {
    switch (expr.getKind()) {
      case CALL -> call(expr, missing);
      case SELECT -> select(expr, missing);
      case LIST -> expr.list().elements().forEach(each -> guard(each, UNKNOWN));
      case MAP -> expr.map().entries().forEach(entry -> guard(entry.value(), UNKNOWN));
      case COMPREHENSION -> {
        guard(expr.comprehension().iterRange(), UNKNOWN);
        guard(expr.comprehension().loopStep(), UNKNOWN);
      }
      case CONSTANT, IDENT, STRUCT, NOT_SET -> {}
    }
  }

  private void call(CelMutableExpr expr, CelConstant missing) {
    CelMutableCall call = expr.call();
    List<CelMutableExpr> args = call.args();
    if (call.function().equals("_[_]")
        && isMap(args.getFirst())
        && args.getLast().getKind() == Kind.CONSTANT) {
      CelMutableExpr read = CelMutableExpr.ofCall(nextId++, call);
      expr.setCall(
          readIfThere(read, args.getFirst().ident().name(), args.getLast().constant(), missing));
      return;
    }
    boolean besideNull =
        EQUALITIES.contains(call.function()) && args.stream().anyMatch(MissingKeys::isNull);
    call.target().ifPresent(target -> guard(target, UNKNOWN));
    args.forEach(arg -> guard(arg, besideNull ? NULL : UNKNOWN));
  }

  private void select(CelMutableExpr expr, CelConstant missing) {
    if (!isMap(expr.select().operand())) {
      guard(expr.select().operand(), UNKNOWN);
    } else if (!expr.select().testOnly()) {
      CelMutableExpr read = CelMutableExpr.ofSelect(nextId++, expr.select());
      String map = expr.select().operand().ident().name();
      CelConstant key = CelConstant.ofValue(expr.select().field());
      expr.setCall(readIfThere(read, map, key, missing));
    }
  }

  private CelMutableCall readIfThere(
      CelMutableExpr read, String map, CelConstant key, CelConstant missing) {
    CelMutableExpr isThere =
        CelMutableExpr.ofCall(
            nextId++,
            CelMutableCall.create(
                "@in",
                List.of(
                    CelMutableExpr.ofConstant(nextId++, key),
                    CelMutableExpr.ofIdent(nextId++, map))));
    return CelMutableCall.create(
        "_?_:_", List.of(isThere, read, CelMutableExpr.ofConstant(nextId++, missing)));
  }

  private boolean isMap(CelMutableExpr expr) {
    return expr.getKind() == Kind.IDENT && maps.contains(expr.ident().name());
  }

  private static boolean isNull(CelMutableExpr expr) {
    return expr.getKind() == Kind.CONSTANT
        && expr.constant().getKind() == CelConstant.Kind.NULL_VALUE;
  }
}

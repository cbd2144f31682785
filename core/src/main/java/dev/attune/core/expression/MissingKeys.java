package dev.attune.core.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelMutableAst;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.ast.CelMutableExpr;
import dev.cel.common.ast.CelMutableExpr.CelMutableCall;
import dev.cel.common.ast.CelMutableExpr.CelMutableSelect;
import dev.cel.common.navigation.CelNavigableMutableAst;
import dev.cel.common.navigation.CelNavigableMutableExpr;
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
    var guards = new MissingKeys(maps);
    List<CelNavigableMutableExpr> reads =
        CelNavigableMutableAst.fromAst(ast)
            .getRoot()
            .allNodes()
            .filter(node -> guards.isRead(node.expr()))
            .toList();
    reads.forEach(guards::guard);
    return ast.toParsedAst();
  }

  /** Of a key that is written down. {@code has(p.x)} only asks whether it is there. */
  private boolean isRead(CelMutableExpr expr) {
    return switch (expr.getKind()) {
      case SELECT -> !expr.select().testOnly() && isMap(expr.select().operand());
      case CALL ->
          expr.call().function().equals("_[_]")
              && isMap(expr.call().args().getFirst())
              && expr.call().args().getLast().getKind() == Kind.CONSTANT;
      default -> false;
    };
  }

  private void guard(CelNavigableMutableExpr node) {
    CelConstant missing =
        node.parent().filter(MissingKeys::asksForNull).isPresent() ? NULL : UNKNOWN;
    CelMutableExpr expr = node.expr();
    if (expr.getKind() == Kind.SELECT) {
      CelMutableSelect read = expr.select();
      expr.setCall(
          readIfThere(
              CelMutableExpr.ofSelect(nextId++, read),
              read.operand().ident().name(),
              CelConstant.ofValue(read.field()),
              missing));
    } else {
      CelMutableCall read = expr.call();
      expr.setCall(
          readIfThere(
              CelMutableExpr.ofCall(nextId++, read),
              read.args().getFirst().ident().name(),
              read.args().getLast().constant(),
              missing));
    }
  }

  private static boolean asksForNull(CelNavigableMutableExpr node) {
    return node.getKind() == Kind.CALL
        && EQUALITIES.contains(node.expr().call().function())
        && node.expr().call().args().stream().anyMatch(MissingKeys::isNull);
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

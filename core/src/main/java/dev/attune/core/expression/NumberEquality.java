package dev.attune.core.expression;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelMutableAst;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.ast.CelExpr.ExprKind.Kind;
import dev.cel.common.ast.CelMutableExpr;
import dev.cel.common.ast.CelMutableExpr.CelMutableCall;
import dev.cel.common.navigation.CelNavigableMutableAst;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.SimpleType;
import dev.cel.runtime.CelFunctionBinding;
import java.util.List;

/**
 * Compares numbers as numbers: a missing number equals nothing, and 0.0 equals −0.0. Compiled
 * conditions do so by themselves. CEL's interpreter doesn't. Its {@code ==} takes two values for
 * equal when they are the same Java object, also a missing number. Its {@code in} asks {@code
 * Double.equals}, which takes two missing numbers for equal, and 0.0 and −0.0 for different. Here
 * both are functions of their own.
 */
final class NumberEquality {
  /** Names that no condition can write. */
  private static final String EQUAL = "@equal_numbers";

  private static final String IN = "@number_in";
  private static final ListType NUMBERS = ListType.create(SimpleType.DOUBLE);

  private final CelAbstractSyntaxTree checked;
  private long nextId;

  private NumberEquality(CelAbstractSyntaxTree checked, long firstId) {
    this.checked = checked;
    this.nextId = firstId;
  }

  static CelFunctionDecl[] declarations() {
    return new CelFunctionDecl[] {
      CelFunctionDecl.newFunctionDeclaration(
          EQUAL,
          CelOverloadDecl.newGlobalOverload(
              EQUAL, SimpleType.BOOL, SimpleType.DOUBLE, SimpleType.DOUBLE)),
      CelFunctionDecl.newFunctionDeclaration(
          IN, CelOverloadDecl.newGlobalOverload(IN, SimpleType.BOOL, SimpleType.DOUBLE, NUMBERS))
    };
  }

  static CelFunctionBinding[] bindings() {
    return new CelFunctionBinding[] {
      CelFunctionBinding.from(EQUAL, Double.class, Double.class, NumberEquality::equal),
      CelFunctionBinding.from(IN, Double.class, List.class, NumberEquality::isIn)
    };
  }

  private static boolean equal(Double a, Double b) {
    return a.doubleValue() == b.doubleValue();
  }

  private static boolean isIn(Double number, List<?> list) {
    for (Object each : list) {
      if (each instanceof Double other && equal(number, other)) {
        return true;
      }
    }
    return false;
  }

  /**
   * @param checked with the types of its parts
   * @return the same with other functions, to be checked again
   */
  static CelAbstractSyntaxTree exact(CelAbstractSyntaxTree checked) {
    CelMutableAst ast = CelMutableAst.fromCelAst(checked);
    List<CelMutableExpr> calls =
        CelNavigableMutableAst.fromAst(ast)
            .getRoot()
            .allNodes()
            .filter(node -> node.getKind() == Kind.CALL)
            .map(node -> node.expr())
            .toList();
    long highest = checked.getTypeMap().keySet().stream().mapToLong(id -> id).max().orElse(0);
    NumberEquality rewriting = new NumberEquality(checked, highest + 1);
    calls.forEach(rewriting::rewrite);
    return ast.toParsedAst();
  }

  private void rewrite(CelMutableExpr expr) {
    CelMutableCall call = expr.call();
    switch (call.function()) {
      case "_==_" -> {
        if (isBinary(call, SimpleType.DOUBLE)) {
          call.setFunction(EQUAL);
        }
      }
      case "_!=_" -> {
        if (isBinary(call, SimpleType.DOUBLE)) {
          CelMutableExpr equal =
              CelMutableExpr.ofCall(nextId++, CelMutableCall.create(EQUAL, call.args()));
          expr.setCall(CelMutableCall.create("!_", equal));
        }
      }
      case "@in" -> {
        if (isBinary(call, NUMBERS)) {
          call.setFunction(IN);
        }
      }
      default -> {}
    }
  }

  /** Of a number and something of the other type. */
  private boolean isBinary(CelMutableCall call, CelType second) {
    List<CelMutableExpr> args = call.args();
    return is(args.getFirst(), SimpleType.DOUBLE) && is(args.getLast(), second);
  }

  private boolean is(CelMutableExpr expr, CelType type) {
    return checked.getType(expr.id()).map(type::equals).orElse(false);
  }
}
